/** One question to one server or pair, once, in this process: `node ask.mjs QUESTION ROW DIRECTORY TRACES [--quick]`. */

import { questions } from './questions/questions.mjs'
import { ServerProcess } from './servers/process.mjs'

const [name, row, directory, traces, mode] = process.argv.slice(2)
const question = questions[name]
const { server: serverName, provider } = question.rows?.[row] ?? { server: row }
const server = new ServerProcess(serverName, directory)

process.on('exit', () => server.killNow())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))
// Whoever started this is gone.
process.on('disconnect', () => process.exit(1))

const tell = answer => {
  if (process.send) return process.send(answer, () => process.exit(0))
  console.log(answer)
  process.exit(0)
}
process.on('uncaughtException', error => tell({ error: error.stack }))

try {
  const result = await question.ask({ server, provider, quick: mode === '--quick', traces })
  await server.dispose()
  tell({ result })
} catch (error) {
  tell({ error: error.message })
}
