/** What a view of a shared document is given: a note, a board. Such views are loaded when they are first needed. */

import type { Room } from '../../client/index.ts'
import type { Author } from '../chat/message.ts'

/** Pictures of a document: bytes that the server keeps beside it. */
export interface Pictures {
  /** Resolves with the id of the picture when the server has it on disk. Rejects with a sentence. */
  add(picture: File): Promise<string>
  load(id: string): Promise<Blob>
}

export interface DocumentViewProps {
  /** The view binds to `room.doc` and `room.awareness` anew on the event `doc`. It neither opens nor destroys the room. */
  room: Room
  person: Author
  /** Everybody who is known in the workspace. */
  members: readonly Author[]
  /** Null where the server keeps no files. */
  pictures: Pictures | null
}
