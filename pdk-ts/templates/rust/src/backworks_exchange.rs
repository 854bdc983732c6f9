//! What a hook is given and what it answers: frames of ABI 1.

/// A request, in `after_response` with its response, and the edits that the hook makes.
pub struct Exchange {
    head: String,
    /// Where in the head the context lines begin.
    facts: usize,
    /// Where the status line begins, or the end of the head.
    response: usize,
    body: Vec<u8>,
    status: String,
    target: String,
    headers: String,
    context: String,
    new_body: Option<Vec<u8>>,
}

impl Exchange {
    pub(super) fn read(mut frame: Vec<u8>) -> Exchange {
        let end = frame.windows(2).position(|pair| pair == b"\n\n").map_or(frame.len(), |at| at + 1);
        let body = frame.split_off(end.min(frame.len()));
        let head = String::from_utf8_lossy(&frame).into_owned();
        // Request line and headers, then lines with a colon in front, then the response.
        let facts = head.find("\n:").map_or(head.len(), |at| at + 1);
        let mut response = facts;
        while head[response..].starts_with(':') {
            response += head[response..].find('\n').map_or(head.len() - response, |at| at + 1);
        }
        Exchange {
            head,
            facts,
            response,
            body: body.get(1..).unwrap_or_default().to_vec(),
            status: String::new(),
            target: String::new(),
            headers: String::new(),
            context: String::new(),
            new_body: None,
        }
    }

    fn word(&self, index: usize) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.splitn(2, ' ').nth(index).unwrap_or_default()
    }

    pub fn method(&self) -> &str {
        self.word(0)
    }

    /// Path and query, percent-encoded.
    pub fn target(&self) -> &str {
        self.word(1)
    }

    /// First value of a request header, by its lower-case name.
    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        values(&self.head[..self.facts], name).next()
    }

    /// All its values, in the order of the wire.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        values(&self.head[..self.facts], name)
    }

    /// In `after_response`.
    pub fn response_status(&self) -> Option<u16> {
        self.head[self.response..].get(1..4)?.parse().ok()
    }

    pub fn response_headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        values(&self.head[self.response..], name)
    }

    fn fact(&self, name: &str) -> Option<&str> {
        let facts = &self.head[self.facts..self.response];
        facts.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// A path parameter, decoded.
    pub fn param(&self, name: &str) -> Option<String> {
        json_string(self.fact(&format!(":param.{name}"))?)
    }

    /// A value that an earlier plugin has provided, as JSON.
    pub fn context(&self, key: &str) -> Option<&str> {
        self.fact(&format!(":context.{key}"))
    }

    /// Of the message hooks: `connection`, `peer`, `state`, `topic`, …, as JSON.
    pub fn message_field(&self, key: &str) -> Option<&str> {
        self.fact(&format!(":{key}"))
    }

    pub fn id(&self) -> String {
        self.fact(":id").and_then(json_string).unwrap_or_default()
    }

    pub fn route(&self) -> String {
        self.fact(":route").and_then(json_string).unwrap_or_default()
    }

    pub fn client(&self) -> String {
        self.fact(":client").and_then(json_string).unwrap_or_default()
    }

    /// Of the request; in `after_response` of the response. Empty unless the hook reads it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// In `before_request`: answers now, instead of going on.
    pub fn set_status(&mut self, status: u16) {
        self.status = format!("!{status}\n");
    }

    /// In `before_request`: path and query.
    pub fn set_target(&mut self, target: &str) {
        self.target = format!(">{target}\n");
    }

    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers += &format!("+{name}: {value}\n");
    }

    pub fn append_header(&mut self, name: &str, value: &str) {
        self.headers += &format!("&{name}: {value}\n");
    }

    pub fn remove_header(&mut self, name: &str) {
        self.headers += &format!("-{name}\n");
    }

    /// Hands JSON to later hooks. In `on_message` the key `state` is kept for the connection.
    pub fn provide(&mut self, key: &str, json: &str) {
        self.context += &format!("={key}: {json}\n");
    }

    pub fn set_body(&mut self, body: impl Into<Vec<u8>>) {
        self.new_body = Some(body.into());
    }

    pub(super) fn print(self) -> Vec<u8> {
        let mut frame = [self.status, self.target, self.headers, self.context].concat().into_bytes();
        if let Some(body) = self.new_body {
            frame.push(b'\n');
            frame.extend(body);
        }
        frame
    }
}

/// Values of the lines `name: value` behind the first line.
fn values<'a>(lines: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
    // Not `lines()`: it would take a CR from the end, which no header has, but a reader should not.
    let all = lines.split('\n').skip(1);
    all.filter_map(move |line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// What a JSON string says; nothing for other JSON. A half of a surrogate pair becomes U+FFFD.
pub fn json_string(json: &str) -> Option<String> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        let plain = match letter {
            '\\' => match letters.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let hex: String = letters.by_ref().take(4).collect();
                    units.push(u16::from_str_radix(&hex, 16).ok()?);
                    continue;
                }
                other => other,
            },
            other => other,
        };
        units.extend(plain.encode_utf16(&mut [0; 2]).iter());
    }
    Some(String::from_utf16_lossy(&units))
}
