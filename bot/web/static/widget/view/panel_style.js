/** How the panel looks. */

const CSS = `
.panel {
  position: fixed;
  inset-block-end: calc(var(--gap) + 76px);
  inset-inline-end: var(--gap);
  display: flex;
  flex-direction: column;
  width: min(400px, calc(100vw - 2 * var(--gap)));
  height: min(690px, calc(100vh - var(--gap) * 2 - 76px));
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--ground);
  box-shadow: var(--shadow);
  animation: rise .2s cubic-bezier(.2, .8, .3, 1);
}
:host([position="left"]) .panel { inset-inline: var(--gap) auto; }
.panel:focus { outline: none; }
@keyframes rise { from { opacity: 0; transform: translateY(14px); } }
button, textarea, input { font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; }
button:disabled { cursor: default; }
h2, h3, p, ul, fieldset, legend { margin: 0; padding: 0; border: 0; font: inherit; }
ul { list-style: none; }
a { color: var(--link); text-underline-offset: 2px; overflow-wrap: anywhere; }
.plain {
  min-height: 28px;
  padding: 2px 6px;
  border: 0;
  border-radius: 6px;
  background: none;
  color: var(--link);
  font-weight: 600;
  text-decoration: underline;
  text-underline-offset: 3px;
}

.header {
  position: relative;
  z-index: 2;
  flex: none;
  display: flex;
  align-items: center;
  gap: 12px;
  padding: 14px 12px 14px 18px;
  border-bottom: 1px solid var(--line);
  background: var(--surface);
}
.avatar, .mark {
  flex: none;
  display: grid;
  place-items: center;
  width: 40px;
  height: 40px;
  border-radius: 13px;
  background: var(--accent);
  color: var(--on-accent);
}
.avatar .icon, .mark .icon { width: 24px; height: 24px; }
.titles { flex: 1; min-width: 0; }
.title { font-size: 16px; font-weight: 680; line-height: 1.3; letter-spacing: -.01em; }
.subtitle { color: var(--muted); font-size: 13px; line-height: 1.35; }
.tool {
  flex: none;
  display: grid;
  place-items: center;
  width: 40px;
  height: 40px;
  padding: 0;
  border: 0;
  border-radius: 12px;
  background: none;
  color: var(--muted);
}
.tool:hover, .tool[aria-expanded="true"] { background: var(--ground); color: var(--text); }
.tool .icon { width: 22px; height: 22px; }
.tool .icon path { stroke-width: 2; }
.tool[aria-controls] .icon path { stroke-width: 3; }
.tool.small { width: 32px; height: 32px; }
.tool.small .icon { width: 18px; height: 18px; }
.menu {
  position: absolute;
  inset-block-start: calc(100% - 4px);
  inset-inline-end: 12px;
  width: min(310px, calc(100% - 24px));
  max-height: 70vh;
  overflow-y: auto;
  padding: 6px;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--surface);
  box-shadow: var(--shadow);
}
.item {
  display: flex;
  align-items: center;
  gap: 12px;
  width: 100%;
  min-height: 44px;
  padding: 8px 12px;
  border: 0;
  border-radius: 9px;
  background: none;
  text-align: start;
  line-height: 1.3;
}
.item .icon { flex: none; width: 20px; height: 20px; color: var(--muted); }
.item:hover:not(:disabled) { background: var(--ground); }
.item:disabled { opacity: .45; }
.grow { flex: 1; }
.switch {
  position: relative;
  flex: none;
  width: 36px;
  height: 22px;
  border: 2px solid var(--edge);
  border-radius: 11px;
}
.switch::after {
  content: "";
  position: absolute;
  inset-block-start: 2px;
  inset-inline-start: 2px;
  width: 14px;
  height: 14px;
  border-radius: 50%;
  background: var(--edge);
  transition: translate .15s;
}
[aria-checked="true"] .switch { border-color: var(--accent); background: var(--accent); }
[aria-checked="true"] .switch::after { background: var(--on-accent); translate: 14px 0; }

.banner {
  flex: none;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 8px;
  padding: 9px 18px;
  border-bottom: 1px solid var(--line);
  background: var(--surface);
  color: var(--text);
  font-size: 13.5px;
  line-height: 1.4;
}
.banner[data-kind="offline"], .banner[data-kind="ended"] { background: var(--alert-ground); }
.banner::before {
  content: "";
  flex: none;
  width: 8px;
  height: 8px;
  border-radius: 50%;
  background: var(--muted);
}
.banner[data-kind="offline"]::before, .banner[data-kind="ended"]::before { background: var(--alert); }
.banner > span { flex: 1; }

.talk { position: relative; flex: 1; min-height: 0; display: flex; flex-direction: column; }
.scroller {
  position: relative;
  flex: 1;
  min-height: 0;
  overflow-y: auto;
  overscroll-behavior: contain;
  padding: 20px 16px 16px;
}
.scroller:focus-visible { outline-offset: -3px; }
.welcome { padding-block-end: 18px; }
.mark { width: 52px; height: 52px; margin-block-end: 14px; border-radius: 17px; }
.mark .icon { width: 30px; height: 30px; }
.introduction { font-size: 16.5px; line-height: 1.5; text-wrap: pretty; }
.hint { margin-block-start: 8px; color: var(--muted); font-size: 14px; text-wrap: pretty; }
.suggestions { display: grid; gap: 8px; margin-block-start: 20px; }
.suggestion {
  min-height: 46px;
  padding: 10px 16px;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--surface);
  text-align: start;
  line-height: 1.35;
  font-weight: 550;
  transition: border-color .12s;
}
.suggestion:hover { border-color: var(--accent); }
.earlier { display: block; margin: 0 auto 12px; }
.messages { display: flex; flex-direction: column; gap: 4px; }
.day {
  align-self: center;
  margin-block: 10px 12px;
  color: var(--muted);
  font-size: 12.5px;
  font-weight: 550;
}
.message { display: flex; flex-direction: column; align-items: flex-start; max-width: 88%; }
.message.is-last { margin-block-end: 12px; }
.by-seller { align-self: flex-end; align-items: flex-end; }
.by-system { align-self: center; align-items: center; max-width: 94%; }
.author { margin: 4px 4px 4px; color: var(--muted); font-size: 13px; font-weight: 600; }
.author.spoken { margin: -1px; }
.bubble {
  padding: 10px 14px;
  border-radius: 6px 16px 16px 6px;
  background: var(--surface);
  box-shadow: inset 0 0 0 1px var(--line);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.line { display: block; }
.line.is-empty { height: .65em; }
.line.is-item { margin-block: .2em; padding-inline-start: .85em; text-indent: -.85em; }
.line.is-number { padding-inline-start: 1.2em; text-indent: -1.2em; }
.is-first > .bubble { border-start-start-radius: 16px; }
.by-seller > .bubble {
  border-radius: 16px 6px 6px 16px;
  background: var(--accent);
  color: var(--on-accent);
  box-shadow: none;
}
.by-seller.is-first > .bubble { border-start-end-radius: 16px; }
.by-seller > .bubble a { color: inherit; }
.by-seller.is-waiting > .bubble {
  outline: 1.5px dashed var(--accent);
  outline-offset: -1.5px;
  background: var(--surface);
  color: var(--text);
}
.by-seller.is-refused > .bubble {
  background: var(--alert-ground);
  color: var(--text);
  box-shadow: inset 0 0 0 1px var(--alert);
}
.by-agent > .bubble { box-shadow: inset 0 0 0 1.5px var(--accent); }
.by-system > .bubble {
  border-radius: 12px;
  background: none;
  color: var(--muted);
  font-size: 14px;
  text-align: center;
}
.choices { display: flex; flex-wrap: wrap; gap: 8px; padding-block: 8px 4px; }
.choice {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  min-height: 40px;
  padding: 7px 15px;
  border: 1.5px solid var(--accent);
  border-radius: 20px;
  background: var(--surface);
  color: var(--link);
  font-weight: 600;
  line-height: 1.25;
  text-align: start;
  overflow-wrap: anywhere;
  transition: background .12s, color .12s;
}
.choice:hover:enabled { background: var(--accent); color: var(--on-accent); }
.choice:disabled { border-color: var(--line); background: none; color: var(--muted); font-weight: 500; }
.choice[data-state="inert"] { opacity: .6; }
.choice[data-state="used"] { border-color: var(--edge); color: var(--text); }
.choice .icon { width: 16px; height: 16px; }
.meta {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 6px;
  padding: 3px 4px 0;
  color: var(--muted);
  font-size: 12.5px;
  line-height: 1.4;
}
.by-seller > .meta { justify-content: flex-end; }
.message:not(.is-last):not(.is-waiting):not(.is-refused) > .meta > :is(.time, .delivery) { display: none; }
.delivery, .extra { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 4px; }
.by-seller .extra { justify-content: flex-end; text-align: end; }
.by-bot > .meta > .extra { margin-inline-start: -7px; }
.by-bot.is-last > .meta > .extra { margin-inline-start: 0; }
.delivery .icon { width: 14px; height: 14px; }
.delivery[data-delivery="refused"], .reason { color: var(--alert); }
.thumb {
  display: grid;
  place-items: center;
  width: 32px;
  height: 28px;
  padding: 0;
  border: 0;
  border-radius: 8px;
  background: none;
  color: var(--muted);
}
.thumb:hover { background: var(--surface); color: var(--text); }
.thumb .icon { width: 17px; height: 17px; }
.thumb[aria-pressed="true"] { color: var(--link); }
.thumb[aria-pressed="true"] .icon { fill: currentColor; }
.typing { display: inline-block; padding: 13px 15px; border-radius: 16px; background: var(--surface); box-shadow: inset 0 0 0 1px var(--line); }
.dots { display: flex; gap: 5px; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--muted); animation: breathe 1.2s infinite ease-in-out; }
.dots i:nth-child(2) { animation-delay: .15s; }
.dots i:nth-child(3) { animation-delay: .3s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .35; transform: none; } 30% { opacity: 1; transform: translateY(-3px); } }
.below {
  position: absolute;
  z-index: 1;
  inset-block-end: 86px;
  inset-inline-start: 50%;
  display: inline-flex;
  align-items: center;
  gap: 6px;
  min-height: 36px;
  padding: 4px 14px;
  border: 1px solid var(--line);
  border-radius: 18px;
  background: var(--surface);
  box-shadow: var(--shadow);
  font-size: 13.5px;
  font-weight: 600;
  white-space: nowrap;
  translate: -50% 0;
}
.below .icon { width: 16px; height: 16px; }
.notice {
  flex: none;
  display: flex;
  align-items: center;
  gap: 8px;
  margin: 0 12px 8px;
  padding: 8px 6px 8px 14px;
  border: 1px solid var(--line);
  border-radius: 12px;
  background: var(--surface);
  font-size: 14px;
  line-height: 1.4;
}
.notice p { flex: 1; }

.composer { flex: none; padding: 10px 12px 12px; border-top: 1px solid var(--line); background: var(--surface); }
.writing {
  display: flex;
  align-items: flex-end;
  gap: 6px;
  padding: 4px;
  border: 1px solid var(--edge);
  border-radius: 24px;
  background: var(--surface);
}
.writing:focus-within { border-color: var(--accent); box-shadow: 0 0 0 2px var(--accent); }
.field { resize: none; margin: 0; border: 0; background: none; line-height: 1.4; }
.field::placeholder { color: var(--muted); opacity: 1; }
.writing .field { flex: 1; min-width: 0; max-height: 140px; padding: 9px 4px 9px 14px; outline: none; font-size: 16px; }
.send {
  flex: none;
  display: grid;
  place-items: center;
  width: 40px;
  height: 40px;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: var(--accent);
  color: var(--on-accent);
}
.send .icon { width: 20px; height: 20px; }
.send .icon path { stroke-width: 2.2; }
.send[aria-disabled] { background: var(--ground); color: var(--muted); }
.count { display: block; padding: 6px 14px 0; color: var(--muted); font-size: 12.5px; text-align: end; }
.count.is-over { color: var(--alert); font-weight: 600; }

.rating { margin-block: 8px 4px; padding: 16px; border: 1px solid var(--line); border-radius: 16px; background: var(--surface); }
.rating legend { font-weight: 650; }
.stars { display: flex; gap: 2px; margin-block: 8px 10px; margin-inline-start: -6px; }
.star { position: relative; display: grid; place-items: center; width: 40px; height: 40px; border-radius: 10px; color: var(--edge); cursor: pointer; }
.star .icon { width: 28px; height: 28px; }
.star:has(~ .star input:checked), .star:has(input:checked) { color: var(--accent); }
.star:has(~ .star input:checked) .icon, .star:has(input:checked) .icon { fill: currentColor; }
.star:has(input:focus-visible) { outline: 3px solid var(--accent); }
.rating label[for] { display: block; color: var(--muted); font-size: 13.5px; }
.rating .field { width: 100%; margin-block: 4px 10px; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 10px; }
.rating .problem { color: var(--alert); font-size: 14px; }
.rating .problem:empty { display: none; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; }
.primary { min-height: 40px; padding: 8px 18px; border: 0; border-radius: 20px; background: var(--accent); color: var(--on-accent); font-weight: 650; }
.primary:disabled { opacity: .6; }

.history { flex: 1; min-height: 0; overflow-y: auto; padding: 14px 16px; }
.back { display: inline-flex; align-items: center; gap: 4px; margin-inline-start: -6px; }
.back .icon { width: 18px; height: 18px; }
.history h3 { margin-block: 12px 10px; font-size: 17px; font-weight: 680; }
.past ul { display: grid; gap: 8px; }
.past button { display: block; width: 100%; padding: 12px 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); text-align: start; }
.past button:hover, .past button[aria-current] { border-color: var(--accent); }
.preview { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-height: 1.4; overflow-wrap: anywhere; }
.when { display: block; margin-block-start: 4px; color: var(--muted); font-size: 13px; }
.empty { color: var(--muted); }

@media (max-width: 480px), (max-height: 480px) {
  .panel, :host([position="left"]) .panel {
    inset: var(--seen-top, 0) 0 auto 0;
    width: 100vw;
    height: var(--seen-height, 100dvh);
    border: 0;
    border-radius: 0;
    animation: none;
  }
  .header { padding-block-start: calc(14px + env(safe-area-inset-top, 0px)); }
  .composer { padding-block-end: calc(12px + env(safe-area-inset-bottom, 0px)); }
  .is-open > .launcher { display: none; }
}
@media (max-width: 359px) { .avatar { display: none; } }
@media (max-height: 480px) {
  .header { padding-block: 6px; }
  .scroller { padding-block-start: 12px; }
  .composer { padding-block: 6px; }
}
@media (forced-colors: active) {
  .bubble, .send, .primary, .avatar { border: 1px solid; }
  .choice[data-state="used"] { border-width: 3px; }
}
`;

export function panelSheet() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}
