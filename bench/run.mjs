/**
 * The benchmarks: asks every question of every server, several times, and prints what came of it.
 * `npm run bench -- --help` says what can be chosen.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))
if (Object.keys(dependencies).some(name => !existsSync(new URL(`./node_modules/${name}`, import.meta.url)))) {
  console.error('What is to be compared with is not installed yet: run `npm --prefix bench ci`, then try again.')
  process.exit(1)
}
const { spawn } = await import('node:child_process')
const { questions } = await import('./questions/questions.mjs')
const { buildClient } = await import('./providers/bundle.mjs')
const { pairs, providers } = await import('./providers/providers.mjs')
const { servers } = await import('./servers/servers.mjs')
const { loadCore, pinned } = await import('./servers/process.mjs')
const { heading, machine, summarise, table } = await import('./report.mjs')

const usage = `npm run bench -- [options]

  --only LIST      questions, with commas: ${Object.keys(questions).join(', ')}
  --servers LIST   servers, with commas: ${Object.keys(servers).join(', ')}
  --runs N         repetitions, of which the medians are printed (default 3)
  --json FILE      also writes every single answer
  --data DIR       the editing traces for replay (default ../../shared/data beside this folder)
  --dir DIR        where the servers keep their data; a real disk, not a RAM disk (default ${tmpdir()})
  --quick          a tenth of the load, once: shows that everything runs; its numbers mean nothing
`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(questions).join(',') },
    servers: { type: 'string', default: Object.keys(servers).join(',') },
    runs: { type: 'string' },
    json: { type: 'string' },
    data: { type: 'string', default: fileURLToPath(new URL('../../shared/data', import.meta.url)) },
    dir: { type: 'string', default: tmpdir() },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(usage)
  process.exit(0)
}
// npm runs this in bench/; a path means what it means where the command was typed.
for (const path of ['json', 'data', 'dir'])
  if (options[path]) options[path] = resolvePath(process.env.INIT_CWD ?? '.', options[path])
const asked = choose(options.only, questions, 'question')
const compared = choose(options.servers, servers, 'server')
const runs = Number(options.runs ?? (options.quick ? 1 : 3))
if (!Number.isInteger(runs) || runs < 1) refuse(`--runs wants a whole number of at least 1, not ${options.runs}.`)

const work = mkdtempSync(join(options.dir, 'y-harbor-bench-'))
/** Servers that were started and have not been seen to end. */
const alive = new Set()
let current = null
process.on('exit', () => {
  for (const pid of alive) kill(pid)
  rmSync(work, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    current?.kill('SIGKILL')
    process.exit(130)
  })

const pairsAsked = asked.some(name => questions[name].rows) ? rowsOf(pairs) : []
const libraries = [...new Set(pairsAsked.map(name => pairs[name].provider))]
if (libraries.length > 0) await buildClient()

const about = machine(work)
console.log(heading(about, compared, libraries, runs))
if (options.quick) console.log('\n--quick: a tenth of the load. These numbers mean nothing.')

const results = {}
for (const name of asked) {
  const question = questions[name]
  const rows = question.rows ?? servers
  const answers = Object.fromEntries(
    rowsOf(rows).map(row => [row, { runs: [], errors: [], notAsked: question.asks(rows[row]) }]),
  )
  // They take turns, so that a machine that gets slower or busier does so for all of them.
  for (let run = 1; run <= runs; run++)
    for (const row of Object.keys(answers)) {
      if (answers[row].notAsked !== null) continue
      progress(`${name}, run ${run} of ${runs}: ${row} `)
      const { result, error } = await ask(name, row)
      if (error === undefined) answers[row].runs.push(result)
      else answers[row].errors.push(error)
    }
  progress('')
  const summary = summarise(question, answers)
  const title = question.title(options)
  results[name] = { title, answers, ...summary }
  console.log(`\n${table(name, title, question, answers, summary)}`)
}

if (options.json) {
  const versions = (table, names) => Object.fromEntries(names.map(name => [name, table[name].version()]))
  const all = {
    machine: about,
    runs,
    quick: options.quick,
    versions: versions(servers, compared),
    libraries: versions(providers, libraries),
    questions: results,
  }
  writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`)
  console.log(`\nEvery answer is in ${options.json}.`)
}

/** Of a table of servers or of pairs, what the chosen servers have a part in. */
function rowsOf(table) {
  return table === servers ? compared : Object.keys(table).filter(name => compared.includes(table[name].server))
}

/** Where a person is watching. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/** One question to one server or pair in a process of its own, for as long as the question may take and no longer. */
function ask(name, row) {
  const directory = join(work, `${name}-${row.replaceAll(' ', '-')}`)
  mkdirSync(directory, { recursive: true })
  const script = fileURLToPath(new URL('./ask.mjs', import.meta.url))
  const [program, args] = pinned(loadCore, [
    script,
    name,
    row,
    directory,
    options.data,
    ...(options.quick ? ['--quick'] : []),
  ])
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  current = child
  return new Promise(resolve => {
    let answer = { error: 'the process that asks ended without an answer' }
    const { boundMs } = questions[name]
    const timer = setTimeout(() => {
      answer = { error: `no answer within ${boundMs / 1_000} s` }
      child.kill('SIGKILL')
    }, boundMs)
    child.on('message', message => {
      if (message.started) alive.add(message.started)
      else if (message.ended) alive.delete(message.ended)
      else answer = message
    })
    child.on('error', error => {
      answer = { error: error.message }
    })
    child.on('close', () => {
      clearTimeout(timer)
      for (const pid of alive) kill(pid)
      alive.clear()
      rmSync(directory, { recursive: true, force: true })
      resolve(answer)
    })
  })
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

function choose(list, table, noun) {
  const names = list.split(',').map(name => name.trim())
  for (const name of names)
    if (!Object.hasOwn(table, name))
      refuse(`There is no ${noun} called ${name}. There are: ${Object.keys(table).join(', ')}.`)
  return names
}

function refuse(sentence) {
  console.error(sentence)
  process.exit(1)
}
