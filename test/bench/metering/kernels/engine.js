// For the QuickJS engine: what plugins in TypeScript do.
(function () {
  function fib(n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
  }
  class Point {
    constructor(x) {
      this.x = x;
    }
    get twice() {
      return this.x * 2;
    }
  }
  let sum = fib(16);
  const counts = {};
  for (let i = 0; i < 6000; i++) counts["k" + (i % 97)] = (counts["k" + (i % 97)] || 0) + i;
  const numbers = [];
  for (let i = 0; i < 1500; i++) numbers.push((i * 7919) % 1009);
  numbers.sort((a, b) => a - b);
  const copy = JSON.parse(JSON.stringify({ numbers: numbers.slice(0, 300), counts }));
  sum += copy.numbers.length + copy.counts.k5;
  const words = "the quick brown fox ".repeat(20).split(" ");
  sum += words.map((word) => word.toUpperCase()).join("").length;
  sum += (/(\d+)-(\w+)/.exec("abc 1234-foo bar") || []).length;
  for (let i = 0; i < 1500; i++) sum += new Point(i).twice;
  return sum;
})();
