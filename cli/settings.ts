import { InvalidArgumentError, Option } from 'commander'

/** Every setting once: its flag, its environment variable, its default and its words in `--help`. */
export const settings = {
  port: () =>
    new Option('-p, --port <number>', 'port to listen on; 0 takes a free one')
      .env('PORT')
      .default(1234)
      .argParser(parsePort),
  host: () => new Option('--host <address>', 'address to listen on').env('HOST').default('127.0.0.1'),
  data: () => new Option('-d, --data <directory>', 'where documents are kept').env('DATA_DIR').default('./data'),
  json: () => new Option('--json', 'print JSON'),
  acceptLoss: () =>
    new Option(
      '--accept-loss',
      'start although part of the database is gone: what is left becomes the truth (use it once, after looking)',
    ),
} as const

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}
