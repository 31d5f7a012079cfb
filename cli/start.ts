import { Command } from 'commander'
import { createLogger, createServer, LevelStore, systemClock } from '../server/index.ts'
import { Failure } from './failure.ts'
import { settings } from './settings.ts'

interface StartOptions {
  port: number
  host: string
  data: string
  acceptLoss?: boolean
}

export const start = new Command('start')
  .description('serve documents over WebSocket, and the chat over HTTP')
  .addOption(settings.port())
  .addOption(settings.host())
  .addOption(settings.data())
  .addOption(settings.acceptLoss())
  .action(run)

async function run({ port, host, data, acceptLoss = false }: StartOptions): Promise<void> {
  const log = createLogger()
  const store = new LevelStore(data, { clock: systemClock, acceptLoss, warn: sentence => log.warn({}, sentence) })
  const server = createServer({ store, port, host, controlDirectory: data, log })
  const address = await server.start().catch(error => {
    throw explain(error, host, port)
  })
  console.log(`y-harbor is ready at ${address} (data in ${data})`)

  let stopping = false
  const stop = (signal: string): void => {
    // A second signal means: now.
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping: connections end, what was accepted is written')
    server.stop().then(
      () => process.exit(0),
      error => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function explain(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') {
    return new Failure(`Port ${port} on ${host} is taken. Stop what uses it, or choose another: --port ${port + 1}`)
  }
  if (code === 'EACCES' && port < 1024) return new Failure(`Port ${port} needs more rights. Choose one above 1023.`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Failure(`This machine has no address ${host}. Try --host 127.0.0.1`)
  }
  return error
}
