import { type Attachment, maxAttachments } from '../chat/attachment.ts'
import type { Upload } from '../uploads/index.ts'

/** What is on the server of these, as a message has it. */
export function attachmentsOf(uploads: readonly Upload[]): readonly Attachment[] {
  return uploads
    .flatMap(({ state }) => {
      const { attachment } = state.get()
      if (attachment === undefined) return []
      const { id, name, type, size, width = null, height = null } = attachment
      return [{ id, name, type, size, width, height }]
    })
    .slice(0, maxAttachments)
}
