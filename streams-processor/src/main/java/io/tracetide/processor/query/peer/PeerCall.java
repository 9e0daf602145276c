package io.tracetide.processor.query.peer;

import java.util.concurrent.CompletableFuture;

/**
 * A request that was sent.
 *
 * @param reply completed with a reply, never with an exception
 * @param abort cancels the request
 */
record PeerCall(CompletableFuture<PeerReply> reply, Runnable abort) {}
