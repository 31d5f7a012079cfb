/** The title of a window: where one is, and before it how much is unread elsewhere. */

export function titleWith(title: string, unread: number): string {
  const plain = title.replace(/^\(\d+\+?\) /, '')
  if (unread === 0) return plain
  return `(${unread > 99 ? '99+' : unread}) ${plain}`
}
