/** Where the draft of a channel lies in the storage. */
export function draftKey(channel: string): string {
  return `y-harbor.draft.${channel}`
}
