/**
 * Why a connection is closed: the one table of codes. 44xx means stop, trying again would end the same way; 45xx means
 * try again later. The sentences are shown to people.
 */
export const closings = {
  malformed: { code: 4400, reason: 'The data sent is not valid for this protocol.' },
  'read-only': { code: 4403, reason: 'This room is read-only because part of it is damaged on disk.' },
  'no-room': { code: 4404, reason: 'The address names no room, or its name is not allowed.' },
  'too-large': { code: 4413, reason: 'A single change is larger than this server accepts.' },
  'room-full': { code: 4414, reason: 'This room has reached the largest size this server keeps.' },
  internal: { code: 4500, reason: 'The server made a mistake. Nothing that was saved is lost.' },
  storage: { code: 4501, reason: 'The server cannot write to its disk right now.' },
  compacting: { code: 4502, reason: 'This room has grown fast and is being put in order first.' },
  'shutting-down': { code: 4503, reason: 'The server is restarting.' },
  'not-answering': { code: 4504, reason: 'The connection did not answer.' },
  'too-slow': { code: 4508, reason: 'The connection does not take what is sent to it.' },
} as const satisfies Record<string, { code: number; reason: string }>

export type Closing = keyof typeof closings

/** An input that is refused: nothing of it is stored, relayed or acknowledged. */
export class Refusal extends Error {
  readonly closing: Closing

  constructor(closing: Closing, detail?: string) {
    super(detail ?? closings[closing].reason)
    this.name = 'Refusal'
    this.closing = closing
  }
}
