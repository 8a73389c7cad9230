import { type Database, openDatabase } from '../src/adapters/postgres/database.ts'
import { migrate } from '../src/adapters/postgres/migrate.ts'
import { createStore } from '../src/adapters/postgres/store.ts'
import { startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import { createDatabaseOn } from '../src/adapters/postgres/testing/server-databases.ts'
import { type Agent, builtInAgent } from '../src/core/agent.ts'
import { buildWindow, countMessage, toWindowMessage, type WindowMessage } from '../src/core/context-window.ts'
import { silentLog } from '../src/core/testing/silent-log.ts'
import { cutMiddle } from '../src/core/tokens.ts'
import { type ContextFigure, type HostileFigure, reportContext } from './context-page.ts'
import { seedDialogue } from './context-seed.ts'
import { quantilesOf, timed } from './quantiles.ts'
import { countStatements } from './turn-statements.ts'

/**
 * Promise A4: what a model is given, built from dialogues of 100 to 100,000 messages on PostgreSQL, and texts that mean
 * harm. Dialogues are measured in turn, again and again. Ends with 1 when the promise is broken.
 */
const quick = process.argv.includes('--quick')
const sizes = quick ? [100, 1_000, 10_000] : [100, 1_000, 10_000, 100_000]
const rounds = quick ? 40 : 200

/** Room for fewer messages than the shortest dialogue has, so that only the length of what is not read differs. */
const narrow: Agent = { ...builtInAgent('bench'), contextTokens: 3_000, maxTokens: 1_000 }
const agents = { 'room for fewer than 100': narrow, 'room of the built-in agent': builtInAgent('bench') }

const say = (line: string) => void process.stdout.write(`${line}\n`)
const counted = countStatements()

async function main(): Promise<void> {
  const server = await startServer()
  const url = await createDatabaseOn(server.url, 'parley_context')
  const database = await openDatabase({ url }, { log: silentLog })
  try {
    await migrate(database)
    const dialogues = new Map<number, string>()
    for (const size of sizes) dialogues.set(size, await seedDialogue(database.handle, size))
    const figures = await measureAll(database, dialogues)
    const hostile: HostileFigure[] = []
    for (const [name, text] of hostileTexts) hostile.push(await measureHostile(name, text))
    const broken = reportContext(figures, hostile, say, process.argv.includes('--write'))
    process.exitCode = broken.length === 0 ? 0 : 1
  } finally {
    await database.close()
    await server.stop()
  }
}

const question: WindowMessage = {
  position: Number.MAX_SAFE_INTEGER,
  role: 'user',
  atMs: 0,
  files: [],
  speaker: { id: 'ada', name: 'Ada' },
  ...countMessage({ role: 'user', text: 'And now?', files: [], sentAtMs: 0 }, new Map()),
}

async function measureAll(
  database: Database,
  dialogues: ReadonlyMap<number, string>,
): Promise<readonly ContextFigure[]> {
  const store = createStore(database)
  const build = async (agent: Agent, dialogueId: string) => {
    const summary = await store.summaries.find(dialogueId)
    return buildWindow({
      agent,
      asked: [question],
      ...(summary ? { summary } : {}),
      readHistory: async (before, limit) =>
        (await store.messages.before(dialogueId, before, limit)).map(message =>
          toWindowMessage(message, new Map()),
        ),
    })
  }
  const figures = Object.entries(agents).flatMap(([room, agent]) =>
    [...dialogues].map(([size, id]) => ({
      room,
      size,
      agent,
      id,
      times: [] as number[],
      rows: 0,
      statements: 0,
      included: 0,
    })),
  )
  for (let round = -3; round < rounds; round += 1)
    for (const figure of figures) {
      counted.take()
      let included = 0
      const took = await timed(async () => {
        included = (await build(figure.agent, figure.id)).receipt.messages.included
      })
      const { rows, statements } = counted.take()
      if (round < 0) continue
      figure.times.push(took)
      figure.rows = rows
      figure.included = included
      figure.statements = Object.values(statements).reduce((sum, count) => sum + count, 0)
    }
  return figures.map(({ room, size, times, rows, statements, included }) => ({
    room,
    size,
    times: quantilesOf(times),
    rows,
    statements,
    included,
  }))
}

/** 200 kB each, and nothing in them is a word. */
const filled = (piece: string) => piece.repeat(Math.floor(200_000 / Buffer.byteLength(piece)))
/** The same in every run. */
function scattered(from: string): string {
  let state = 7
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return from[(state >> 8) % from.length] ?? ''
  }
  return Array.from({ length: 200_000 }, next).join('')
}
const hostileTexts: readonly (readonly [string, string])[] = [
  ['letters', filled('a')],
  ['letters of all kinds', filled('qzxkvjwpyfbghmlcudrsnioatez')],
  ['spaces', filled(' ')],
  ['emoji', filled('👩‍👩‍👧‍👦🏳️‍🌈')],
  ['newlines', filled('\n')],
  ['Korean', filled('가나다라마바사아자차카타파하')],
  ['combining marks', filled('e\u0301\u0323\u0308')],
  ['angle brackets', filled('<')],
  ['a tag that never comes', `<${filled(' ')}`],
  ['mentions that never end', filled('<@U1|')],
  ['white space of all kinds', scattered(' \n\t')],
  ['letters at random', scattered('abcdefghijklmnopqrstuvwxyz')],
]

/** Processor time: what else runs on this machine takes the processor in the midst of them. */
async function measureHostile(name: string, text: string): Promise<HostileFigure> {
  const median = async (work: () => unknown) => {
    const took: number[] = []
    for (let tries = 0; tries < 5; tries += 1) {
      const before = process.cpuUsage()
      await work()
      const { user, system } = process.cpuUsage(before)
      took.push((user + system) / 1_000)
    }
    return quantilesOf(took).median
  }
  const message = { ...question, ...countMessage({ ...question, text, sentAtMs: 0 }, new Map()) }
  return {
    name,
    countMs: await median(() => countMessage({ ...question, text, sentAtMs: 0 }, new Map())),
    cutMs: await median(() => cutMiddle(text, 4_000)),
    windowMs: await median(() =>
      buildWindow({ agent: narrow, asked: [message], readHistory: () => Promise.resolve([]) }),
    ),
  }
}

await main()
