// A Backworks plugin in C++ with its standard library: it takes tracking parameters (utm_…, gclid,
// fbclid) out of a request's query and sorts the others, so that caches see one address for one page.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "backworks.h"

using std::string_view;

static bool tracks(string_view parameter) {
  const string_view name = parameter.substr(0, parameter.find('='));
  return name.substr(0, 4) == "utm_" || name == "gclid" || name == "fbclid";
}

static std::vector<string_view> split(string_view query) {
  std::vector<string_view> parameters;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    if (end > 0) parameters.push_back(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return parameters;
}

BW_HOOK(before_request) {
  const string_view target{bw_target().at, bw_target().length};
  const auto mark = target.find('?');
  if (mark == string_view::npos) return BW_DONE;

  auto parameters = split(target.substr(mark + 1));
  parameters.erase(std::remove_if(parameters.begin(), parameters.end(), tracks), parameters.end());
  // Several values of one name keep their order.
  std::stable_sort(parameters.begin(), parameters.end(), [](string_view a, string_view b) {
    return a.substr(0, a.find('=')) < b.substr(0, b.find('='));
  });

  std::string tidy{target.substr(0, mark)};
  char separator = '?';
  for (const auto parameter : parameters) {
    tidy.append(1, separator).append(parameter);
    separator = '&';
  }
  if (tidy != target) bw_set_target(bw_make(tidy.data(), static_cast<uint32_t>(tidy.size())));
  return BW_DONE;
}
