/**
 * What is pasted, without styles and event handlers. It is not this that makes pasting safe: the editor reads the HTML
 * in a document where nothing runs, and takes what its schema knows. But the page's policy would report each of them,
 * and hides styles from the editor: to Google Docs, `<b style="font-weight: normal">` is a frame around everything.
 */
export function withoutStyles(html: string): string {
  return html.replace(/<[a-z][^<>]*>/gi, tag =>
    tag
      .replace(/^<(?:b|strong)(?=\s[^<>]*font-weight:\s*(?:normal|400))/i, '<span')
      .replace(/\s(?:style|on[a-z]+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)/gi, ''),
  )
}
