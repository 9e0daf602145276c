// A shop that knows nothing of tracing: its orders are paid by another of its routes.

const express = require('express');

const port = Number(process.env.PORT ?? 3000);
const app = express();

app.get('/orders/:id', async (request, response) => {
  const payment = await fetchJson(`/payments/${request.params.id}`);
  response.json({ order: request.params.id, payment });
});

app.get('/payments/:id', (request, response) => {
  response.json({ paid: Number(request.params.id) % 2 === 0 });
});

function fetchJson(path) {
  const http = require('node:http');
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve(JSON.parse(body)));
      })
      .on('error', reject);
  });
}

app.listen(port, '127.0.0.1', () => console.log(`shop is listening at http://127.0.0.1:${port}`));
