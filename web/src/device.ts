import type { Uploads } from '../uploads/index.ts'
import type { KeptStorage } from './kept-storage.ts'
import type { OfflinePage } from './offline-page.ts'

/** What the page has of the device it is on. */
export interface Device {
  readonly page: OfflinePage
  readonly storage: KeptStorage
  /** Files on their way to the server. */
  readonly uploads: Promise<Uploads>
}
