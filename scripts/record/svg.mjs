/** Draws the frames of a terminal as one SVG, with CSS that shows them in turn: no scripts, no fonts of others. */

/** @typedef {import('./screen.mjs').Run} Run */
/** @typedef {{ at: number, lines: Run[][] }} Frame `at` in milliseconds since the start */
/** @typedef {{ row: number, runs: Run[], from: number, to: number, isLast: boolean }} Span */

const FONT_SIZE = 13;
const COLUMN = 7.82;
const ROW = 18;
const MARGIN = 16;
const TITLE = 30;
const COLOURS = {
  red: '#ff7b72',
  green: '#7ee787',
  yellow: '#e3b341',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
};

/**
 * @param {readonly Frame[]} frames the first at 0
 * @param {{ columns: number, rows: number, ends: number, title: string, commands: readonly string[] }} about
 *   `ends`: when the last frame gives way to the first again
 */
export function svg(frames, { columns, rows, ends, title, commands }) {
  const width = Math.ceil(columns * COLUMN + 2 * MARGIN);
  const height = rows * ROW + TITLE + MARGIN;
  const spans = spansOf(frames, ends);
  const times = [...new Set(spans.map(timesOf))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escaped(title)}</title>`,
    `<desc id="d">${escaped(commands.join('\n'))}</desc>`,
    `<style>${style(times, ends)}</style>`,
    `<rect class="window" width="${width}" height="${height}" rx="8"/>`,
    ...[0, 1, 2].map((dot) => `<circle class="dot" cx="${MARGIN + 5 + dot * 16}" cy="15" r="5"/>`),
    ...spans.map((span) => group(span, times)),
    '</svg>\n',
  ].join('\n');
}

/**
 * Each line with the time for which it stays.
 *
 * @param {readonly Frame[]} frames
 * @param {number} ends
 */
function spansOf(frames, ends) {
  /** @type {Span[]} */
  const spans = [];
  const open = /** @type {Map<number, Span>} */ (new Map());
  for (const { at, lines } of frames) {
    const rows = Math.max(lines.length, ...[...open.keys()].map((row) => row + 1));
    for (let row = 0; row < rows; row++) {
      const runs = lines[row] ?? [];
      const before = open.get(row);
      if (before && JSON.stringify(before.runs) === JSON.stringify(runs)) continue;
      if (before) before.to = at;
      open.delete(row);
      if (runs.length === 0) continue;
      const span = { row, runs, from: at, to: ends, isLast: false };
      spans.push(span);
      open.set(row, span);
    }
  }
  for (const span of open.values()) span.isLast = true;
  return spans.filter(({ from, to }) => from < to);
}

/** @param {Span} span */
const timesOf = ({ from, to }) => `${from} ${to}`;

/**
 * @param {readonly string[]} times
 * @param {number} ends
 */
function style(times, ends) {
  const percent = (/** @type {number} */ at) => `${Math.round((at / ends) * 1e5) / 1e3}%`;
  const animations = times.map((time, index) => {
    const [from = 0, to = 0] = time.split(' ').map(Number);
    const start = from > 0 ? '0%{visibility:hidden}' : '';
    const end = to < ends ? `${percent(to)},to{visibility:hidden}` : 'to{visibility:visible}';
    return (
      `.s${index}{animation:k${index} ${ends}ms step-end infinite}` +
      `@keyframes k${index}{${start}${percent(from)}{visibility:visible}${end}}`
    );
  });
  return [
    `text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3}`,
    '.window{fill:#0d1117;stroke:#30363d}.dot{fill:#30363d}.bold{font-weight:bold}.dim{fill:#8b949e}',
    Object.entries(COLOURS)
      .map(([name, colour]) => `.${name}{fill:${colour}}`)
      .join(''),
    // Without animation the last frame is shown.
    'g{visibility:hidden}g.last{visibility:visible}',
    '@media(prefers-reduced-motion:no-preference){',
    ...animations,
    '}',
  ].join('\n');
}

/**
 * @param {Span} span
 * @param {readonly string[]} times
 */
function group(span, times) {
  const y = TITLE + (span.row + 1) * ROW;
  const texts = span.runs.map(({ column, text, style: name }) => {
    const x = Math.round((MARGIN + column * COLUMN) * 10) / 10;
    return `<text x="${x}" y="${y}"${name ? ` class="${name}"` : ''}>${escaped(text)}</text>`;
  });
  const classes = `s${times.indexOf(timesOf(span))}${span.isLast ? ' last' : ''}`;
  return `<g class="${classes}">${texts.join('')}</g>`;
}

/** @param {string} text */
const escaped = (text) =>
  text.replace(/[&<>"]/g, (it) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[it] ?? it);
