/** One question to one server, once, in this process: `node ask.mjs QUESTION SERVER DIRECTORY TRACES [--quick]`. */

import { questions } from './questions/questions.mjs'
import { ServerProcess } from './servers/process.mjs'

const [name, serverName, directory, traces, mode] = process.argv.slice(2)
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
  const result = await questions[name].ask({ server, quick: mode === '--quick', traces })
  await server.dispose()
  tell({ result })
} catch (error) {
  tell({ error: error.message })
}
