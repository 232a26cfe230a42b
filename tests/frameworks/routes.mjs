// Starts one program of the fixtures with the real framework and prints the routes that it registered, one "METHOD /path" a line.
// Usage: node routes.mjs FRAMEWORK FOLDER, where FOLDER holds a copy of the program and can see node_modules.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [framework, folder] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const typescript = require('typescript');

/** Writes each TypeScript file beside itself as JavaScript, types taken away and nothing else changed. */
function transpile(at) {
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    const path = join(at, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') transpile(path);
    if (!entry.name.endsWith('.ts')) continue;
    const { outputText } = typescript.transpileModule(readFileSync(path, 'utf8'), {
      fileName: path,
      compilerOptions: {
        module: 'CommonJS',
        target: 'ES2022',
        esModuleInterop: true,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        useDefineForClassFields: false,
      },
    });
    writeFileSync(path.replace(/\.ts$/, '.js'), outputText);
    rmSync(path);
  }
}

const found = new Set();

/** A route as a client sends it: parameters in braces without their patterns, single slashes, none at the end. */
function add(method, path) {
  const braced = path.replace(/:(\w+)(\([^)]*\)|\{[^}]*\})?\??/g, '{$1}');
  found.add(`${method.toUpperCase()} ${braced.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')}`);
}

/** `all` is every method that Node.js knows. */
function methodsOf(layer) {
  const methods = Object.keys(layer.route.methods);
  return methods.length > 6 || layer.route.methods._all ? ['ALL'] : methods;
}

/** Routers of Express keep the way to a route in regular expressions: what was mounted is noted as it is mounted. */
function watchExpress() {
  const express = require('express');
  const use = express.Router.use;
  const mounts = new Map();
  express.Router.use = function (first, ...rest) {
    const isPath = typeof first === 'string' || first instanceof RegExp || (Array.isArray(first) && typeof first[0] === 'string');
    const things = (isPath ? rest : [first, ...rest]).flat(Infinity);
    for (const path of isPath ? [first].flat() : ['']) {
      for (const thing of things) {
        const lower = thing?.stack ? thing : thing?.mountpath !== undefined ? thing._router : undefined;
        if (lower) mounts.set(this, [...(mounts.get(this) ?? []), { path, lower }]);
      }
    }
    return use.call(this, first, ...rest);
  };
  const walk = (router, prefix) => {
    for (const layer of router.stack) {
      if (!layer.route) continue;
      for (const path of [layer.route.path].flat()) methodsOf(layer).forEach((method) => add(method, prefix + path));
    }
    for (const { path, lower } of mounts.get(router) ?? []) {
      // The one expression that the fixtures mount by is an optional part.
      const optional = path instanceof RegExp ? path.source.match(/^\(\\(.*)\)\?$/) : undefined;
      (optional ? ['', optional[1]] : [path]).forEach((one) => walk(lower, `${prefix}/${one}`));
    }
  };
  return walk;
}

const list = {
  express: async () => {
    const walk = watchExpress();
    const { app } = require('./src/app.js');
    walk(app._router, '');
  },
  fastify: async () => {
    const fastify = require('fastify');
    const path = require.resolve('fastify');
    const watched = (options) => {
      const app = fastify({ ...options, logger: false, exposeHeadRoutes: false });
      app.addHook('onRoute', ({ method, url }) => {
        const methods = [method].flat();
        // `all` is every method that the server knows.
        (methods.length > 6 ? ['ALL'] : methods).forEach((one) => add(one, url));
      });
      return app;
    };
    require.cache[path].exports = Object.assign(watched, fastify, { default: watched, fastify: watched });
    const app = await require('./src/app.js').buildApp({});
    await app.ready();
  },
  koa: async () => {
    const mount = require('koa-mount');
    const mounted = new Map();
    // What is mounted keeps no way back to the application: it is noted as it is mounted.
    require.cache[require.resolve('koa-mount')].exports = (prefix, app) => {
      const middleware = mount(prefix, app);
      mounted.set(middleware, { prefix, app });
      return middleware;
    };
    const walk = (app, prefix) => {
      for (const middleware of app.middleware) {
        for (const layer of middleware.router?.stack ?? []) {
          if (layer.methods.length === 0) continue;
          layer.methods.filter((one) => one !== 'HEAD' || layer.methods.length === 1).forEach((one) => add(one, prefix + layer.path));
        }
        const lower = mounted.get(middleware);
        if (lower?.app.middleware) walk(lower.app, prefix + lower.prefix);
      }
    };
    walk(require('./src/app.js').app, '');
  },
  hono: async () => {
    const app = require('./src/index.js').default;
    // Middleware is kept among the routes, for all methods; it is told by taking the next function.
    for (const { method, path, handler } of app.routes) {
      if (method === 'ALL' && handler.length > 1) continue;
      add(method, path);
    }
  },
  nestjs: async () => {
    const { create } = require('./src/bootstrap.js');
    const app = await create();
    await app.init();
    for (const layer of app.getHttpAdapter().getInstance()._router.stack) {
      if (!layer.route) continue;
      [layer.route.path].flat().forEach((path) => methodsOf(layer).forEach((method) => add(method, path)));
    }
    await app.close();
  },
};

transpile(folder);
await list[framework]();
console.log([...found].sort().join('\n'));
process.exit(0);
