import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import {
  type Applied,
  Harbor,
  isRoomName,
  LevelStore,
  limits,
  MemoryStore,
  Refusal,
  ServerRoom,
  silentLogger,
  systemClock,
} from '../server/index.ts'
import { Failure } from './failure.ts'
import { type Found, openSource, type Source } from './import-source.ts'
import { printable } from './printable.ts'
import { settings } from './settings.ts'

interface ImportOptions {
  data: string
  dryRun?: boolean
  only?: readonly string[]
  json?: boolean
}

/** What became of a document; `to import` in a dry run, `incomplete` when a part of it was left out. */
type Result = 'imported' | 'to import' | 'nothing new' | 'incomplete' | 'skipped'

interface Outcome {
  name: string
  bytes: number
  result: Result
  why: string | null
}

export const importDocuments = new Command('import')
  .description('bring in the documents of a Hocuspocus server; twice is harmless')
  .argument('<source>', 'a database of its SQLite extension, or a directory with what its S3 extension wrote')
  .addOption(new Option('--dry-run', 'say what would be done, write nothing'))
  .addOption(new Option('--only <name>', 'only this document; may be given several times').argParser(collect))
  .addOption(settings.json())
  .addOption(settings.data())
  .action(run)

async function run(path: string, { data, dryRun = false, only, json = false }: ImportOptions): Promise<void> {
  for (const [signal, code] of SIGNALS) process.once(signal, () => process.exit(code))
  const source = await openSource(path)
  try {
    const outcomes = await importAll(source, { data, dryRun, only, tell: json ? () => {} : tell })
    if (json) console.log(JSON.stringify(outcomes, null, 2))
    else for (const sentence of summary(outcomes, data, dryRun)) console.log(sentence)
    if (outcomes.some(({ result }) => result === 'incomplete' || result === 'skipped')) process.exitCode = 1
    if (outcomes.length === 0 && only === undefined) throw new Failure(`There are no documents in ${path}.`)
    const absent = only?.filter(name => !outcomes.some(outcome => outcome.name === name)) ?? []
    if (absent.length > 0) throw new Failure(`There is no document ${absent.map(quoted).join(', ')} in ${path}.`)
  } finally {
    await source.close()
  }
}

interface Task {
  data: string
  dryRun: boolean
  only?: readonly string[]
  tell(outcome: Outcome): void
}

/** One document after the other, each on disk before the next is read. */
async function importAll(source: Source, { data, dryRun, only, tell }: Task): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const harbor = harborOf(data, dryRun)
  try {
    await harbor.open()
    for await (const found of source.documents()) {
      if (only !== undefined && !only.includes(found.name)) continue
      const outcome = await importOne(harbor, found, dryRun)
      outcomes.push(outcome)
      tell(outcome)
    }
  } finally {
    await harbor.close()
  }
  return outcomes
}

function harborOf(data: string, dryRun: boolean): Harbor {
  // A dry run must not make a database where there is none.
  const isThere = existsSync(join(data, 'CURRENT'))
  const warn = (sentence: string): void => console.error(sentence)
  const store =
    dryRun && !isThere ? new MemoryStore({ clock: systemClock }) : new LevelStore(data, { clock: systemClock, warn })
  // A document that was written elsewhere has as many clients as it has.
  return new Harbor({ store, log: silentLogger, limits: { idleRoomMs: 0, roomClients: Number.MAX_SAFE_INTEGER } })
}

async function importOne(harbor: Harbor, found: Found, dryRun: boolean): Promise<Outcome> {
  const { name, bytes } = found
  const skipped = (why: string): Outcome => ({ name, bytes, result: 'skipped', why })
  if (found.problem !== null) return skipped(found.problem)
  if (!isRoomName(name)) return skipped('the name of a room is 1 to 255 bytes of UTF-8 without control characters')
  if (bytes > limits.roomBytes) return skipped(`larger than a room can be, which is ${limits.roomBytes} bytes`)
  const room = new ServerRoom({ name, open: async () => harbor.rooms.get(name) })
  try {
    const update = await found.read()
    return { name, bytes, ...resultOf(dryRun ? await room.judge(update) : await room.apply(update), dryRun) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.closing === 'malformed') return skipped(`not an update of Yjs (V1), ${error.message}`)
    if (error.closing !== 'storage') return skipped(error.message)
    const remedy = 'Is the disk full? What was said to be imported is on disk. Mend it and import again.'
    throw new Failure(`Writing ${quoted(name)} failed. ${remedy}`)
  } finally {
    await forget(harbor, name, dryRun)
  }
}

function resultOf({ isNews, isIncomplete }: Applied, dryRun: boolean): Pick<Outcome, 'result' | 'why'> {
  if (isIncomplete) return { result: 'incomplete', why: LEFT_OUT }
  if (!isNews) return { result: 'nothing new', why: null }
  return { result: dryRun ? 'to import' : 'imported', why: null }
}

/** Takes a room out of memory: in order, as a server does in the end, unless nothing may be written. */
async function forget(harbor: Harbor, name: string, dryRun: boolean): Promise<void> {
  const room = harbor.rooms.find(name)
  if (dryRun) room?.close('shutting-down')
  while (harbor.rooms.find(name) !== null) {
    await room?.settle()
    harbor.rooms.sweep()
  }
  if (room != null && room.problem !== null) console.error(room.problem)
}

function tell({ name, bytes, result, why }: Outcome): void {
  const line = `${result.padEnd(11)}  ${String(bytes).padStart(10)}  ${name === '' ? '""' : printable(name)}`
  console.log(why === null ? line : `${line}: ${why}`)
}

function summary(outcomes: readonly Outcome[], data: string, dryRun: boolean): string[] {
  const count = (result: Result): number => outcomes.filter(outcome => outcome.result === result).length
  const imported = dryRun ? count('to import') : count('imported')
  const documents = imported === 1 ? 'document' : 'documents'
  const head = dryRun
    ? `Would import ${imported} ${documents} into ${data}; nothing was written.`
    : `Imported ${imported} ${documents} into ${data}.`
  const rest = [
    [count('nothing new'), 'had nothing new'],
    [count('incomplete'), 'incomplete'],
    [count('skipped'), 'skipped'],
  ] as const
  const others = rest.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`)
  const sentences = [others.length === 0 ? head : `${head} Others: ${others.join(', ')}.`]
  if (count('incomplete') > 0) sentences.push(INCOMPLETE)
  return sentences
}

const LEFT_OUT = 'a part of it builds on changes that are missing, and is left out'

/** What that means for the operator. */
const INCOMPLETE =
  'Of an incomplete document, what can be read is imported: nobody saw the rest in Hocuspocus either. A client that ' +
  'still has what is missing brings it when it connects; import again after that for what builds on it.'

function quoted(name: string): string {
  return `"${printable(name)}"`
}

function collect(name: string, names: readonly string[] = []): readonly string[] {
  return [...names, name]
}

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const
