import { h } from './dom.js'

/** @typedef {import('../wire.ts').Step} Step */

/** A thread's story, this many turns back. */
const shownLines = 6

/**
 * What Parley did about this place: a line for each thing that came in, steps of one kind counted together.
 */
export function createTrail() {
  /** @type {Step[]} */
  let steps = []
  const lines = h('ol', { class: 'trail-lines' })
  const node = h(
    'details',
    { class: 'trail', open: matchMedia('(min-width: 760px)').matches },
    h('summary', {}, 'What Parley did'),
    h('div', { class: 'trail-scroll', tabindex: '0', role: 'group', 'aria-label': 'What Parley did' }, lines),
  )
  const draw = () => {
    node.hidden = steps.length === 0
    lines.replaceChildren(...linesOf(steps).slice(-shownLines).map(lineNode))
    const scroll = lines.parentElement
    if (scroll) scroll.scrollTop = scroll.scrollHeight
  }
  return {
    node,
    /** @param {readonly Step[]} all */
    reset(all) {
      steps = [...all]
      draw()
    },
    /** @param {readonly Step[]} further */
    add(further) {
      steps.push(...further)
      draw()
    },
  }
}

/** @typedef {{ kind: string, texts: string[], times: number }} Counted */
/** @typedef {{ atMs: number, lastMs: number, counted: Counted[] }} Line */

/** What comes in this long after the last step, while no turn runs, has nothing to do with it. */
const apartMs = 1_000

/**
 * @param {readonly Step[]} steps
 * @returns {Line[]}
 */
function linesOf(steps) {
  /** @type {Line[]} */
  const lines = []
  for (const step of steps) {
    let line = lines.at(-1)
    if (!line || beginsAnew(step, line)) {
      line = { atMs: step.atMs, lastMs: step.atMs, counted: [] }
      lines.push(line)
    }
    line.lastMs = step.atMs
    count(step, line.counted)
  }
  return lines
}

/** @param {Step} step @param {Line} line */
function beginsAnew({ kind, atMs }, { counted, lastMs }) {
  if (!kind.startsWith('inbound.')) return false
  const ended = counted.some(one => one.kind === 'turn.ended')
  const running = counted.some(one => one.kind.startsWith('turn.'))
  return ended || (!running && atMs - lastMs > apartMs)
}

/** @param {Step} step @param {Counted[]} counted */
function count({ kind, text }, counted) {
  const same = counted.find(one => one.kind === kind)
  if (!same) counted.push({ kind, texts: [text], times: 1 })
  else if (!kind.startsWith('inbound.')) {
    same.times += 1
    same.texts = [text]
  } else if (!same.texts.includes(text)) same.texts.push(text)
}

/**
 * Several deliveries of one happening: `received: message + app_mention`.
 * @param {string[]} texts
 */
function together([first = '', ...others]) {
  const prefix = first.slice(0, first.indexOf(': ') + 2)
  return [first, ...others.map(text => (text.startsWith(prefix) ? text.slice(prefix.length) : text))].join(
    ' + ',
  )
}

/** @param {Line} line */
function lineNode({ atMs, counted }) {
  const time = new Date(atMs).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return h(
    'li',
    {},
    h('time', {}, time),
    ...counted.flatMap(({ texts, times }, index) => [
      index > 0 ? ' → ' : ' ',
      h('span', {}, together(texts)),
      ...(times > 1 ? [h('b', {}, ` ${times}×`)] : []),
    ]),
  )
}
