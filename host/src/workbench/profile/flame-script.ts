/** What a flame page looks like. */
export const FLAME_STYLE: string = `
body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; background: #fffdf8; color: #222; }
h1 { font-size: 1.1rem; margin: 0; }
p { margin: .4rem 0; color: #555; }
#graph { position: relative; overflow: hidden; }
#graph button { position: absolute; height: 17px; padding: 0 3px; border: 0; border-radius: 2px;
  font: 11px/17px ui-monospace, monospace; text-align: left; white-space: nowrap; overflow: hidden;
  color: #222; cursor: pointer; }
#graph button.found { outline: 2px solid #d0006f; outline-offset: -2px; }
#graph button.faint { opacity: .35; }
table { border-collapse: collapse; margin-top: 1rem; font: 12px/1.6 ui-monospace, monospace; }
th, td { padding: 0 .8rem 0 0; text-align: right; }
th:first-child, td:first-child { text-align: left; }
`;

/**
 * What a flame page does. Names reach the page as text alone, never as markup. Boxes are placed in
 * per cent of what is zoomed to.
 */
export const FLAME_SCRIPT: string = `
"use strict";
const { fuel, boxes } = JSON.parse(document.getElementById("data").textContent);
const graph = document.getElementById("graph");
const search = document.getElementById("search");
const found = document.getElementById("found");
const ROW = 18;
let shown = { start: 0, total: fuel, depth: 0 };
const buttons = boxes.map((box) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = box.label;
  button.title = box.label + "\\n" + box.note;
  button.style.background = box.colour;
  button.style.top = box.depth * ROW + "px";
  button.addEventListener("click", () => {
    shown = shown === box || box.depth === 0 ? { start: 0, total: fuel, depth: 0 } : box;
    place();
  });
  graph.append(button);
  return button;
});
graph.style.height = (1 + Math.max(0, ...boxes.map((box) => box.depth))) * ROW + "px";
function place() {
  const end = shown.start + shown.total;
  boxes.forEach((box, index) => {
    const style = buttons[index].style;
    const isAround = box.start <= shown.start && box.start + box.total >= end;
    const isInside = box.start >= shown.start && box.start + box.total <= end;
    style.display = isAround || isInside ? "" : "none";
    const around = isAround && box.depth < shown.depth;
    buttons[index].classList.toggle("faint", around);
    style.left = around ? "0" : (100 * (box.start - shown.start)) / shown.total + "%";
    style.width = around ? "100%" : "max(1px, " + (100 * box.total) / shown.total + "% - 1px)";
  });
}
search.addEventListener("input", () => {
  const wanted = search.value.toLowerCase();
  let sum = 0;
  let end = -1;
  boxes
    .map((box, index) => ({ box, isFound: wanted !== "" && box.label.toLowerCase().includes(wanted), index }))
    .sort((a, b) => a.box.start - b.box.start || a.box.depth - b.box.depth)
    .forEach(({ box, isFound, index }) => {
      buttons[index].classList.toggle("found", isFound);
      if (!isFound || box.start < end) return;
      end = box.start + box.total;
      sum += box.total;
    });
  found.textContent = wanted === "" ? "" : ((100 * sum) / fuel).toFixed(1) + " % of the fuel";
});
place();
`;
