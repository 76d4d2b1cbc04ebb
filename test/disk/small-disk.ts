import { spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A file system of its own, and small. */
export type SmallDisk = {
  readonly folder: string
  /** `ext4` in a file, or `tmpfs` where no file can be mounted. */
  readonly type: 'ext4' | 'tmpfs'
  /** Takes every byte that is free now, and not what somebody gives back meanwhile. */
  fill(): void
  /** Gives back what `fill` took. */
  free(): void
  [Symbol.asyncDispose](): Promise<void>
}

/** What fills it, written in large pieces as long as they fit, then in small ones. */
const PIECES_BYTES = [1024 * 1024, 4096, 1]

/** Why there is none to be had here; `undefined` with one. */
export async function makeSmallDisk(bytes: number): Promise<SmallDisk | undefined> {
  const place = await mkdtemp(path.join(tmpdir(), 'plg-gateway-disk-'))
  const folder = path.join(place, 'mounted')
  await mkdir(folder)
  const type = await mount(place, folder, bytes)
  if (type === undefined) {
    await rm(place, { recursive: true })
    return undefined
  }
  const ballast = path.join(folder, 'ballast')
  return {
    folder,
    type,
    fill: () => fill(folder, ballast),
    free: () => rmSync(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      // Lazily: a process that was killed a moment ago may still hold a file.
      succeeds('umount', '--lazy', folder)
      await rm(place, { recursive: true, force: true })
    },
  }
}

async function mount(
  place: string,
  folder: string,
  bytes: number,
): Promise<SmallDisk['type'] | undefined> {
  const image = path.join(place, 'image')
  await writeFile(image, '')
  await truncate(image, bytes)
  // Without blocks that only root may use: the gateway of this test may be root's.
  if (
    succeeds('mkfs.ext4', '-q', '-m', '0', image) &&
    succeeds('mount', '-o', 'loop', image, folder)
  ) {
    return 'ext4'
  }
  return succeeds('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder)
    ? 'tmpfs'
    : undefined
}

function succeeds(file: string, ...args: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0
}

function fill(folder: string, ballast: string): void {
  const { bavail, bsize } = statfsSync(folder)
  let leftBytes = bavail * bsize
  const handle = openSync(ballast, 'a')
  try {
    for (const bytes of PIECES_BYTES) {
      const piece = Buffer.alloc(bytes, 'x')
      while (leftBytes >= bytes && fits(handle, piece)) leftBytes -= bytes
    }
  } finally {
    closeSync(handle)
  }
}

function fits(handle: number, piece: Buffer): boolean {
  try {
    writeSync(handle, piece)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}
