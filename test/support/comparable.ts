/** Byte arrays as text, so that large ones compare fast. */
export function comparable(value: unknown): string {
  return JSON.stringify(value, (_, field) =>
    field instanceof Uint8Array ? `${field.length}:${Buffer.from(field).toString('base64')}` : field,
  )
}
