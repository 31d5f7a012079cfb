import { Command, Option } from 'commander'
import { RemoteInspection } from '../server/index.ts'
import { Failure } from './failure.ts'
import { settings } from './settings.ts'

interface RevokeOptions {
  user?: string
  room?: string
  data: string
}

export const revoke = new Command('revoke')
  .description('put a user out of every room or of one, or everybody out of a room, at once')
  .addOption(new Option('--user <id>', 'whose: the "sub" of the tokens. Tokens issued until now are void afterwards'))
  .addOption(new Option('--room <name>', 'only in this room: tokens stay good, so say why not in your own program'))
  .addOption(settings.data())
  .action(run)

async function run({ user, room, data }: RevokeOptions): Promise<void> {
  if (user === undefined && room === undefined) {
    throw new Failure('Say who or where: --user <id>, --room <name>, or both')
  }
  const server = await RemoteInspection.connect(data)
  if (server === null)
    throw new Failure(`No server is using ${data}. Say where it keeps its documents: --data <directory>`)
  const count = await server.revoke({ user, room })
  console.log(count === 1 ? '1 session ended.' : `${count} sessions ended.`)
  // Whoever issues a token at once would wonder why it is denied.
  if (user !== undefined && room === undefined) {
    console.log(
      'Their tokens are void, those of the next six seconds too: clocks may differ. Issue new ones after that.',
    )
  }
}
