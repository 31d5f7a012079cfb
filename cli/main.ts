import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { ControlError, StoreError } from '../server/index.ts'
import { exportRooms } from './export.ts'
import { Failure } from './failure.ts'
import { importDocuments } from './import.ts'
import { revoke } from './revoke.ts'
import { rooms } from './rooms.ts'
import { show } from './show.ts'
import { start } from './start.ts'
import { token } from './token.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const program = new Command('y-harbor')
  .description('A self-hosted sync server for Yjs: what anyone has seen is on disk.')
  .version(version)
  .addCommand(start)
  .addCommand(token)
  .addCommand(revoke)
  .addCommand(rooms)
  .addCommand(show)
  .addCommand(exportRooms)
  .addCommand(importDocuments)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof Failure || error instanceof StoreError || error instanceof ControlError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
