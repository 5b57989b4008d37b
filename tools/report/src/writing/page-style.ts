/**
 * Colours of text and backgrounds, then of series in plots. The latter are Okabe and Ito's, which colour-blind people can
 * tell apart, adapted to a contrast of at least 3 to the background.
 *
 * @see https://jfly.uni-koeln.de/color/
 */
const light = {
  ground: '#ffffff',
  raised: '#f6f7f9',
  text: '#1a1c20',
  faint: '#565c66',
  line: '#d5d9e0',
  accent: '#0b62a3',
  warn: '#9a4a00',
  'series-1': '#0072b2',
  'series-2': '#c45500',
  'series-3': '#008560',
  'series-4': '#b0558a',
  'series-5': '#9a7500',
  'series-6': '#4a4a8f',
};

const dark: typeof light = {
  ground: '#14161a',
  raised: '#1d2026',
  text: '#e8eaee',
  faint: '#a5adba',
  line: '#363b45',
  accent: '#7cc0f5',
  warn: '#f0a860',
  'series-1': '#56b4e9',
  'series-2': '#f0803c',
  'series-3': '#2fc79a',
  'series-4': '#dd8fbb',
  'series-5': '#e6c200',
  'series-6': '#a3a3f0',
};

function variables(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}

/** The style sheet of a page. Narrow screens show the narrow form of plots. */
export const style = `
:root{color-scheme:light dark;${variables(light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:76rem;background:var(--ground);color:var(--text);
 font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 1rem}
h2{font-size:1.35rem;margin:3rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .5rem}
p{margin:.5rem 0;max-width:48rem}
a{color:var(--accent)}
code{font:0.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.summary{padding:.5rem 1.25rem;border-left:4px solid var(--accent);background:var(--raised);border-radius:0 .5rem .5rem 0}
.summary p:first-child{font-size:1.1rem}
dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1.25rem 0}
dt{font-size:.8rem;color:var(--faint)}
dd{margin:0;font-size:.9rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;list-style:none;margin:0;padding:0;font-size:.85rem;color:var(--faint)}
nav ol{columns:17rem;margin:1.5rem 0 0;padding-left:1.25rem;font-size:.95rem}
.parts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:1.25rem;margin-top:1.25rem}
.part{margin:0;padding:1rem 1.1rem;background:var(--raised);border:1px solid var(--line);border-radius:.6rem;min-width:0}
.part.wide{grid-column:1/-1}
.note,.sources{font-size:.85rem;color:var(--faint);margin:.4rem 0 0}
.sources .few{color:var(--warn)}
svg{display:block;width:100%;height:auto;max-width:36rem}
svg.narrow{display:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;min-width:100%}
th,td{padding:.35rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{vertical-align:bottom;text-align:right;font-weight:600;min-width:4.2rem}
tbody th{font-weight:600}
tbody tr:last-child>*{border-bottom:0}
td.figure{text-align:right;white-space:nowrap}
td.words{text-align:right}
thead th.text{text-align:left}
td.best{font-weight:700;color:var(--accent)}
td small,th small{display:block;white-space:nowrap;font-weight:400;font-size:.78rem;color:var(--faint)}
.sign{display:inline-block;width:1.4em;margin-left:.15em;text-align:left;font-weight:400;font-size:.78rem;color:var(--faint)}
td.few .sign{color:var(--warn)}
details{margin-top:.5rem;font-size:.9rem}
summary{cursor:pointer;color:var(--accent)}
pre{margin:0;padding:.75rem 1rem;overflow-x:auto;background:var(--ground);border:1px solid var(--line);border-radius:.4rem;line-height:1.45}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media (max-width:34rem){body{padding:1.25rem .8rem 3rem}.part{padding:.8rem .7rem}h1{font-size:1.5rem}
 svg.broad{display:none}svg.narrow{display:block}}
@media print{body{max-width:none;padding:0;font-size:11pt}nav,details{display:none}.part{break-inside:avoid;background:none}
 .scroll{overflow:visible}table{font-size:.75rem}}
`;
