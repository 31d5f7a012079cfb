import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Harbor, type Inspection, LevelStore, RemoteInspection, silentLogger, systemClock } from '../server/index.ts'
import { Failure } from './failure.ts'

/** Looks into a data directory: through the server that uses it, or by opening it when none does. */
export async function inspect<T>(data: string, look: (inspection: Inspection) => Promise<T>): Promise<T> {
  if (!existsSync(data)) {
    throw new Failure(`There is no directory ${data}. Say where the documents are: --data <directory>`)
  }
  const remote = await RemoteInspection.connect(data)
  if (remote !== null) return look(remote)
  // Opening would make a database of any directory.
  if (!existsSync(join(data, 'CURRENT'))) {
    throw new Failure(`There are no documents in ${data} yet. Is it the right directory? Say which: --data <directory>`)
  }
  const harbor = new Harbor({ store: new LevelStore(data, { clock: systemClock }), log: silentLogger })
  try {
    await harbor.open()
    return await look(harbor.inspection)
  } finally {
    await harbor.close()
  }
}
