/**
 * What is made when it is first asked for. Each of the browser's formatters loads tables that take milliseconds, which is
 * not to be waited for before the page is there.
 */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
