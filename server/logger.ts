import { pino } from 'pino'

/** What the server logs with: one JSON object a line (pino), on standard error. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export function createLogger(level = 'info'): Logger {
  return pino({ level }, pino.destination({ dest: 2, sync: true }))
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined }
