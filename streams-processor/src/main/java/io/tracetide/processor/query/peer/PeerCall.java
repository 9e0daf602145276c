package io.tracetide.processor.query.peer;

import java.util.concurrent.CompletableFuture;

/**
 * A question that was sent.
 *
 * @param reply completed with a reply, never with an exception
 * @param abort to be run when the reply is not wanted any more
 */
record PeerCall(CompletableFuture<PeerReply> reply, Runnable abort) {}
