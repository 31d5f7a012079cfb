/** A project of somebody else: outside this checkout, with our packages installed from the tarballs npm would publish. */

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const installWithinMs = 180_000

/** Where our packages are, and how they are packed: the server is there already, the client is built by packing it. */
const ours: Record<string, { directory: string; flags: string[] }> = {
  'y-harbor': { directory: root, flags: ['--ignore-scripts'] },
  '@y-harbor/client': { directory: join(root, 'client'), flags: [] },
}

export class OutsideProject {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  /** Everything but our own packages in the versions that this checkout has. */
  static async install(...packages: string[]): Promise<OutsideProject> {
    const project = new OutsideProject(await mkdtemp(join(tmpdir(), 'y-harbor-outside-')))
    try {
      const dependencies: Record<string, string> = {}
      for (const name of packages) {
        dependencies[name] = name in ours ? await project.#pack(name) : await versionHere(name)
      }
      await project.write('package.json', JSON.stringify({ private: true, type: 'module', dependencies }, null, 2))
      await project.#npm(project.directory, 'install', '--no-audit', '--no-fund', '--prefer-offline')
    } catch (error) {
      await project.dispose()
      throw error
    }
    return project
  }

  at(path: string): string {
    return join(this.directory, path)
  }

  /** A folder or file of `examples/`, unchanged. */
  async copyExample(name: string, to = name): Promise<void> {
    await cp(join(root, 'examples', name), this.at(to), { recursive: true })
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(this.at(path)), { recursive: true })
    await writeFile(this.at(path), text)
  }

  /** Runs a program that was installed. Rejects with what it printed unless it ends well. */
  async run(program: string, ...args: string[]): Promise<void> {
    await run(this.at(`node_modules/.bin/${program}`), args, this.directory)
  }

  /** The files of an installed package, by their paths in it. */
  async filesOf(name: string): Promise<string[]> {
    const directory = this.at(`node_modules/${name}`)
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    return entries
      .filter(entry => entry.isFile())
      .map(({ parentPath, name }) => relative(directory, join(parentPath, name)))
  }

  async dispose(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
  }

  async #pack(name: string): Promise<string> {
    const to = this.at(`tarballs/${name}`)
    await mkdir(to, { recursive: true })
    await this.#npm(ours[name].directory, 'pack', '--pack-destination', to, ...ours[name].flags)
    const [tarball] = await readdir(to)
    return `file:tarballs/${name}/${tarball}`
  }

  async #npm(directory: string, ...args: string[]): Promise<void> {
    await run('npm', args, directory)
  }
}

async function versionHere(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, `node_modules/${name}/package.json`), 'utf8'))
  return version
}

async function run(program: string, args: string[], cwd: string): Promise<void> {
  try {
    await promisify(execFile)(program, args, { cwd, timeout: installWithinMs })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')} failed in ${cwd}.\n${stdout}${stderr}`, { cause: error })
  }
}
