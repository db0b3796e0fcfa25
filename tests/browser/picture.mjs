#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes the picture of a report that README shows: from the verdict to the chain.

usage: picture.mjs PAGE PNG
Exit status: 0 it is written, 2 it could not be. */
import {resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {open_browser} from './chromium.mjs';

const WIDTH = 920, MARGIN = 12, DENSITY = 1.2;

async function take(browser, path, png) {
	const page = await browser.newPage({viewport: {width: WIDTH, height: 1200},
		colorScheme: 'light', deviceScaleFactor: DENSITY});

	await page.goto(pathToFileURL(resolve(path)).href);
	const chain = await page.locator('svg.chain.broad').first().boundingBox();
	const height = Math.ceil(chain.y + chain.height + MARGIN);

	await page.setViewportSize({width: WIDTH, height});
	await page.screenshot({path: png});
}

async function main(args) {
	if (args.length !== 2)
		throw new Error('usage: picture.mjs PAGE PNG');
	const browser = await open_browser();

	try {
		await take(browser, ...args);
	} finally {
		await browser.close();
	}
}

main(process.argv.slice(2)).catch(error => {
	console.error(`picture.mjs: ${error.message}`);
	process.exitCode = 2;
});
