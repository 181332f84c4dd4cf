// Runs in the page: when each line of a timeline was first on the screen.

/**
 * Watches for new lines. A line counts as seen in the first frame that has it,
 * by the clock of this machine, which also stamps the lines.
 */
export function watchLines() {
  const seen = new Map();
  const keyOf = line =>
    [
      line.closest('[data-row]')?.dataset.row,
      line.dataset.kind,
      line.querySelector('time')?.dateTime,
    ].join(' ');
  const look = () => {
    const now = Date.now();
    for (const line of document.querySelectorAll('li[data-kind]')) {
      const key = keyOf(line);
      if (seen.has(key)) continue;
      const stamped = Date.parse(line.querySelector('time').dateTime);
      seen.set(key, { kind: line.dataset.kind, ms: now - stamped });
    }
  };
  look();
  seen.forEach(each => {
    each.before = true;
  });
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      look();
    });
  }).observe(document.body, { childList: true, subtree: true });
  window.linesSeen = () => [...seen.values()].filter(each => !each.before);
}
