import type { Removals, Uploads } from '../uploads/index.ts'
import type { KeyValue } from './identity.ts'
import type { KeptStorage } from './kept-storage.ts'
import type { OfflinePage } from './offline-page.ts'

/** What the page has of the device it is on. */
export interface Device {
  readonly page: OfflinePage
  readonly storage: KeptStorage
  /** What this tab remembers, also when the page is loaded again. */
  readonly tab: KeyValue
  /** Files on their way to the server. */
  readonly uploads: Promise<Uploads>
  /** Files that are to go from the server. */
  readonly removals: Removals
}
