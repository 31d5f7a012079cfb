/** The longest room name, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 255

const encoder = new TextEncoder()

/** A room name is 1 to 255 bytes of well-formed UTF-8 without control characters. It is data, never a path. */
export function isRoomName(name: string): boolean {
  if (name.length === 0 || name.length > MAX_NAME_BYTES) return false
  if (/[\p{Cc}\p{Surrogate}]/u.test(name)) return false
  return encoder.encode(name).length <= MAX_NAME_BYTES
}

/** What is said back of a name that may be none: no more of it than a name can have. */
export function cutName(name: string): string {
  return name.slice(0, MAX_NAME_BYTES)
}

/** The room that a request path such as `/notes/caf%C3%A9?token=x` names, or null when it names none. */
export function roomOfPath(path: string): string | null {
  const end = path.search(/[?#]/)
  const raw = path.slice(path.startsWith('/') ? 1 : 0, end < 0 ? undefined : end)
  try {
    const name = decodeURIComponent(raw)
    return isRoomName(name) ? name : null
  } catch {
    return null
  }
}
