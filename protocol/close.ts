/**
 * Why a connection is closed, a room left or an update refused: the one table of codes. 44xx means stop, trying again
 * would end the same way; 45xx means try again later. The sentences are shown to people.
 */
export const closings = {
  malformed: { code: 4400, reason: 'The data sent is not valid for this protocol.' },
  denied: { code: 4401, reason: 'You are not allowed into this room.' },
  'may-not-write': { code: 4402, reason: 'You may read this room, but not change it.' },
  'read-only': { code: 4403, reason: 'This room is read-only because part of it is damaged on disk.' },
  'no-room': { code: 4404, reason: 'The address names no room, or its name is not allowed.' },
  'other-epoch': { code: 4409, reason: 'This room was replaced on the server since it was last opened here.' },
  'too-large': { code: 4413, reason: 'A single change is larger than this server accepts.' },
  'room-full': { code: 4414, reason: 'This room has reached the largest size this server keeps.' },
  orphaned: { code: 4412, reason: 'This builds on something that is not there any more.' },
  'too-many-rooms': { code: 4415, reason: 'One connection cannot open so many rooms.' },
  'too-many-sessions': { code: 4416, reason: 'There are too many connections of the same user.' },
  equivocation: { code: 4417, reason: 'Something else is kept here already in place of this change.' },
  'too-many-roots': { code: 4418, reason: 'This room has as many top-level types as this server allows.' },
  'too-many-clients': { code: 4419, reason: 'More clients have written here than this server allows.' },
  internal: { code: 4500, reason: 'The server made a mistake. Nothing that was saved is lost.' },
  storage: { code: 4501, reason: 'The server cannot write to its disk right now.' },
  compacting: { code: 4502, reason: 'This room has grown fast and is being put in order first.' },
  'shutting-down': { code: 4503, reason: 'The server is restarting.' },
  'not-answering': { code: 4504, reason: 'The connection did not answer.' },
  crowded: { code: 4505, reason: 'The server has as many rooms open as it can.' },
  'too-fast': { code: 4509, reason: 'Too much was sent at once.' },
  expired: { code: 4510, reason: 'The permission to be here has run out and has to be renewed.' },
} as const satisfies Record<string, { code: number; reason: string }>

export type Closing = keyof typeof closings

/** Whether trying again would end the same way. Codes of nobody's table, such as those of a broken network, are worth it. */
export function isFinal(code: number): boolean {
  return code >= 4400 && code < 4500
}

/** An input that is refused: nothing of it is stored, relayed or acknowledged. */
export class Refusal extends Error {
  readonly closing: Closing

  constructor(closing: Closing, detail?: string) {
    super(detail ?? closings[closing].reason)
    this.name = 'Refusal'
    this.closing = closing
  }
}
