#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens HTML pages in a headless Chromium as their readers would, and says what is wrong with them.

usage: look.mjs [--shots FOLDER] PAGE...

Of each page: nothing in it acts, nothing is asked for beyond it, the console stays empty, nothing
is wider than the window (light, dark, print, phone; folded and unfolded), no words of a picture
lie on others, axe-core finds nothing, and it is small. --shots leaves pictures of it.
GPUPASS_BROWSER is the folder that has node_modules, build-tools/browser where it is not set. Exit status: 0 nothing is wrong, 1 something is, 2 it cannot look. */
import {statSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {basename, join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {axe_source, open_browser, PATIENCE} from './chromium.mjs';

/* axe: the rules that may say something else than in the first view. */
const VIEWS = [
	{name: 'light', width: 1280, media: {media: 'screen', colorScheme: 'light'}, axe: {}},
	{name: 'dark', width: 1280, media: {media: 'screen', colorScheme: 'dark'},
		axe: {runOnly: 'color-contrast'}},
	{name: 'print', width: 718, media: {media: 'print', colorScheme: 'light'}},
	{name: 'phone', width: 360, media: {media: 'screen', colorScheme: 'light'}, axe: {}},
];
const SIZE_MOST = 300_000; /* for each machine */
const WORDS_LONGEST = 45;
const FOLDED_ROWS = 4;
const SHOT_HIGHEST = 8000;
const AT_ONCE = Math.max(2, Math.min(4, availableParallelism()));

/* What could act, though the policy forbids it. Runs in the page. */
function active_parts() {
	const found = [];
	const tags = 'script,iframe,frame,object,embed,link,base,form,img,audio,video,applet';

	for (const element of document.querySelectorAll(tags))
		found.push(`<${element.localName}>`);
	for (const element of document.querySelectorAll('*'))
		for (const {name, value} of element.attributes)
			if (name.startsWith('on') ||
				(/^(xlink:)?href$|^src$|^action$/.test(name) && !/^#/.test(value)))
				found.push(`${element.localName} ${name}="${value.slice(0, 60)}"`);
	return found;
}

function policy_is_weak() {
	const meta = document.querySelector('meta[http-equiv="Content-Security-Policy" i]');
	const policy = meta ? meta.content : '';

	return !/(^|;)\s*default-src 'none'\s*(;|$)/.test(policy) ||
		/script-src|connect-src|img-src|https?:|\*/.test(policy);
}

/* The innermost element that reaches furthest out, where any is out of the window. */
function too_wide() {
	const right = element => element.getBoundingClientRect().right;
	const {scrollWidth, clientWidth} = document.documentElement;
	const elements = [...document.body.querySelectorAll('*')].filter(e => !e.closest('.wide'));

	if (scrollWidth <= clientWidth)
		return null;
	const widest = elements.reduce((a, b) => right(b) >= right(a) ? b : a, document.body);

	return `${scrollWidth - clientWidth} px: ${widest.localName} ` +
		`${widest.textContent.trim().replace(/\s+/g, ' ').slice(0, 80)}`;
}

/* Words of a picture that lie over others or leave the window; very long ones may. */
function unreadable(longest) {
	const room = document.documentElement.clientWidth + 1, found = [];

	for (const picture of document.querySelectorAll('svg')) {
		const texts = [...picture.querySelectorAll('text')]
			.filter(text => text.textContent.length <= longest)
			.map(text => ({said: text.textContent, box: text.getBoundingClientRect()}))
			.filter(({box}) => box.width > 0);

		texts.forEach(({said, box: a}, i) => {
			if (a.right > room || a.left < -1)
				found.push(`"${said}" leaves the window`);
			for (const {said: other, box: b} of texts.slice(i + 1))
				if (a.left + 1 < b.right && b.left + 1 < a.right &&
					a.top + 4 < b.bottom && b.top + 4 < a.bottom)
					found.push(`"${said}" and "${other}" lie on each other`);
		});
	}
	return found;
}

function set_open(open) {
	for (const details of document.querySelectorAll('details'))
		details.open = open;
}

/* A window, in which one page after the other is opened; what is said and asked for while it is
   open goes to the window's say. */
async function open_window(context) {
	const page = await context.newPage(), window = {page, url: '', say: () => {}};

	page.setDefaultTimeout(PATIENCE);
	page.on('console', message => {
		if (['error', 'warning', 'assert'].includes(message.type()))
			window.say(`console: ${message.text().slice(0, 200)}`);
	});
	page.on('pageerror', error => window.say(`page error: ${error.message.slice(0, 200)}`));
	page.on('crash', () => window.say('the page crashed'));
	page.on('dialog', dialog => {
		window.say(`a dialog: ${dialog.message().slice(0, 60)}`);
		dialog.dismiss().catch(() => {});
	});
	page.on('popup', () => window.say('a window of its own'));
	await page.route('**/*', (route, request) => {
		if (request.url() === window.url && request.isNavigationRequest())
			return route.continue();
		window.say(`asks for ${request.url().slice(0, 200)}`);
		return route.abort();
	});
	return window;
}

async function go(window, file, say) {
	await window.page.goto('about:blank');
	window.url = pathToFileURL(file).href;
	window.say = say;
	await show(window.page, VIEWS[0]);
	await window.page.goto(window.url);
}

async function show(page, view) {
	await page.setViewportSize({width: view.width, height: 900});
	await page.emulateMedia(view.media);
}

async function look_at_sizes(page, view, say) {
	for (const open of [false, true]) {
		await page.evaluate(set_open, open);
		const wide = await page.evaluate(too_wide);

		if (wide)
			say(`${view.name}: wider than the window: ${wide}`);
	}
	await page.evaluate(set_open, false);
	for (const words of await page.evaluate(unreadable, WORDS_LONGEST))
		say(`${view.name}: ${words}`);
}

/* The window is as high as the page, as far as a picture is to be looked at. */
async function shoot(page, view, path) {
	const height = await page.evaluate(() => document.documentElement.scrollHeight);

	await page.setViewportSize({width: view.width, height: Math.min(height, SHOT_HIGHEST)});
	await page.screenshot({path});
}

/* As a reader has it, under the page's own policy. */
async function look(window, file, shots) {
	const {page, say} = window;

	if (await page.evaluate(policy_is_weak))
		say('its policy is not one that forbids all');
	for (const part of new Set(await page.evaluate(active_parts)))
		say(`could act: ${part}`);
	for (const view of VIEWS) {
		await show(page, view);
		await look_at_sizes(page, view, say);
		if (shots)
			await shoot(page, view,
				join(shots, `${basename(file, '.html')}-${view.name}.png`));
	}
	const machines = Math.max(1, await page.locator('article').count());
	if (statSync(file).size >= SIZE_MOST * machines)
		say(`${statSync(file).size} bytes are too many`);
}

/* Rows of a folded table look alike: the first are enough. */
function thin_out(rows_most) {
	for (const body of document.querySelectorAll('details tbody'))
		while (body.rows.length > rows_most)
			body.lastElementChild.remove();
}

async function violations(options) {
	const asked = {...options, preload: false, resultTypes: ['violations']};
	const result = await window.axe.run(document, asked);

	return result.violations.map(({id, nodes: [{target, html}, ...more]}) =>
		`${id}, ${1 + more.length} times: ${target} ${html.slice(0, 120)}`);
}

/* Without the policy: axe-core comes in, and whatever in the page can act did. */
async function look_with_axe({page, say}) {
	await page.evaluate(thin_out, FOLDED_ROWS);
	await page.evaluate(set_open, true);
	await page.evaluate(axe_source());
	for (const view of VIEWS.filter(({axe}) => axe)) {
		await show(page, view);
		for (const violation of await page.evaluate(violations, view.axe))
			say(`${view.name}: axe: ${violation}`);
	}
}

async function look_both_ways([strict, bare], file, shots, say) {
	await go(strict, file, say);
	await look(strict, file, shots);
	await go(bare, file, say);
	await look_with_axe(bare);
}

/* Files are taken from the queue, so that several may work on it. What a page has spoilt is not
   used again. */
async function work(contexts, queue, said, shots) {
	let windows = null;

	for (let file; (file = queue.shift());) {
		const say = line => said.get(file).add(line);

		try {
			windows ||= await Promise.all(contexts.map(open_window));
			await look_both_ways(windows, file, shots, say);
		} catch (error) {
			say(`cannot be looked at: ${error.message.split('\n')[0]}`);
			await Promise.all((windows || []).map(({page}) => page.close()));
			windows = null;
		}
	}
}

async function look_at_all(browser, files, shots) {
	const contexts = [await browser.newContext(), await browser.newContext({bypassCSP: true})];
	const said = new Map(files.map(file => [file, new Set()])), queue = [...files];

	await Promise.all(Array.from({length: AT_ONCE}, () => work(contexts, queue, said, shots)));
	return said;
}

async function main(args) {
	const shots = args[0] === '--shots' ? args.splice(0, 2)[1] : null;
	const files = args.map(path => resolve(path));

	if (!files.length || args.some(arg => arg.startsWith('-')))
		throw new Error('usage: look.mjs [--shots FOLDER] PAGE...');
	const browser = await open_browser();
	let wrong = 0;

	try {
		for (const [file, lines] of await look_at_all(browser, files, shots)) {
			wrong += lines.size > 0;
			for (const line of lines)
				console.log(`${basename(file)}: ${line}`);
		}
	} finally {
		await browser.close();
	}
	console.log(`${files.length} pages, ${wrong} with something wrong`);
	return wrong ? 1 : 0;
}

main(process.argv.slice(2)).then(status => process.exit(status), error => {
	console.error(`look.mjs: ${error.message}`);
	process.exit(2);
});
