import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Editors and deployments write in several steps: what they did is looked at when they have been quiet for so long. */
const QUIET_MS = 250

/** Watches the folders of the configuration's files, because files are replaced more often than they are written to. */
export class ConfigWatch implements Disposable {
  readonly #changed: () => void
  readonly #watchers = new Map<string, FSWatcher>()
  #names: ReadonlySet<string> = new Set()
  #quiet: NodeJS.Timeout | undefined

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** From now on these; folders are those that the configuration includes, watched for files that come. */
  follow(files: readonly string[]): void {
    this.#names = new Set(files.map((file) => basename(file)))
    const folders = new Set(files.map((file) => dirname(file)))
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#quiet)
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => this.#saw(name))
      // A folder that goes away is noticed by the next reload.
      watcher.on('error', () => {
        watcher.close()
        this.#watchers.delete(folder)
      })
      this.#watchers.set(folder, watcher)
    } catch {
      // No such folder, or too many watches: "sallyport reload" still works.
    }
  }

  #saw(name: string | null): void {
    // Mounted volumes are swapped by a link whose name begins with two dots.
    const counts = name === null || this.#names.has(name) || /\.ya?ml$/.test(name) || name.startsWith('..')
    if (!counts) return
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(this.#changed, QUIET_MS)
  }
}
