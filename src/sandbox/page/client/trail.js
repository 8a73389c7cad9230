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

/** @typedef {{ kind: string, text: string, times: number }} Counted */

/**
 * @param {readonly Step[]} steps
 * @returns {{ atMs: number, counted: Counted[] }[]}
 */
function linesOf(steps) {
  /** @type {{ atMs: number, counted: Counted[] }[]} */
  const lines = []
  let stage = ''
  for (const { atMs, kind, text } of steps) {
    const [next = ''] = kind.split('.')
    const begins = next === 'inbound' && stage !== 'inbound'
    stage = next
    if (begins || lines.length === 0) lines.push({ atMs, counted: [] })
    const line = lines.at(-1)
    const same = line?.counted.find(one => one.kind === kind)
    if (same) {
      same.times += 1
      same.text = text
    } else line?.counted.push({ kind, text, times: 1 })
  }
  return lines
}

/** @param {{ atMs: number, counted: Counted[] }} line */
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
    ...counted.flatMap(({ text, times }, index) => [
      index > 0 ? ' → ' : ' ',
      h('span', {}, text),
      ...(times > 1 ? [h('b', {}, ` ${times}×`)] : []),
    ]),
  )
}
