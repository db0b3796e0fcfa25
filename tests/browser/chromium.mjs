// SPDX-License-Identifier: GPL-2.0-or-later
/* The browser of the system, driven by packages that are not in this tree. */
import {accessSync, constants, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const packages = process.env.GPUPASS_BROWSER ||
	fileURLToPath(new URL('../../build-tools/browser', import.meta.url));
const require = createRequire(join(resolve(packages), 'package.json'));
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync'];

function find_chromium() {
	for (const folder of (process.env.PATH || '').split(':')) {
		const path = join(folder, 'chromium');

		try {
			accessSync(path, constants.X_OK);
			return path;
		} catch {
			continue;
		}
	}
	throw new Error('chromium is not installed');
}

/* In milliseconds, on a machine that has more to do than this. */
export const PATIENCE = 120_000;

/* With a profile of its own, which goes with it. */
export function open_browser() {
	const {chromium: driver} = require('playwright-core');

	return driver.launch({executablePath: find_chromium(), args: QUIET, timeout: PATIENCE});
}

export function axe_source() {
	return readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
}
