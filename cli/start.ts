import { join } from 'node:path'
import { Command } from 'commander'
import {
  createLogger,
  createServer,
  isLoopback,
  LevelStore,
  type Limits,
  type Server,
  type ServerOptions,
  systemClock,
} from '../server/index.ts'
import { type AuthOptions, authenticateBy, readAuth, whoEnters, withAuthOptions } from './auth.ts'
import { Failure } from './failure.ts'
import { settings } from './settings.ts'

interface StartOptions extends AuthOptions {
  port: number
  host: string
  data: string
  acceptLoss?: boolean
  insecure?: boolean
  origin?: string[]
  trustedProxy?: string[]
  limit?: Partial<Limits>
}

export const start = withAuthOptions(
  new Command('start')
    .description('serve documents over WebSocket, and the chat over HTTP')
    .addOption(settings.port())
    .addOption(settings.host())
    .addOption(settings.data()),
)
  .addOption(settings.insecure())
  .addOption(settings.origin())
  .addOption(settings.trustedProxy())
  .addOption(settings.limit())
  .addOption(settings.acceptLoss())
  .action(run)

async function run({ port, host, data, acceptLoss = false, insecure = false, ...rest }: StartOptions): Promise<void> {
  const { origin: origins, trustedProxy: trustedProxies, limit: limits } = rest
  const log = createLogger()
  const auth = readAuth(rest, sentence => log.warn({}, sentence))
  const authenticate = authenticateBy(auth, log)
  if (auth.kind === 'none' && !isLoopback(host)) {
    if (!insecure) throw new Failure(openDoor(host))
    log.warn(
      { host },
      'nobody is asked who they are (--insecure): whoever reaches the port reads and writes everything',
    )
  }
  const store = new LevelStore(data, { clock: systemClock, acceptLoss, warn: sentence => log.warn({}, sentence) })
  const options = {
    store,
    port,
    host,
    authenticate,
    insecure,
    origins,
    trustedProxies,
    limits,
    controlDirectory: data,
    filesDirectory: join(data, 'files'),
    log,
  }
  const server = serverWith(options)
  const address = await server.start().catch(error => {
    throw explain(error, host, port)
  })
  console.log(`y-harbor is ready at ${address} (data in ${data})`)
  console.log(whoEnters(auth))

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

function serverWith(options: ServerOptions): Server {
  try {
    return createServer(options)
  } catch (error) {
    throw error instanceof RangeError ? new Failure(error.message) : error
  }
}

function openDoor(host: string): string {
  const place = host === '' ? 'No address means every address, which' : `${host} can be reached from elsewhere, which`
  return `${place} needs tokens: set AUTH_SECRET, --auth-secret-file or --auth-jwks. To let everybody who reaches the port read and write everything instead, say --insecure.`
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
