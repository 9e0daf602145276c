/**
 * The library that services link: {@link io.tracetide.client.TraceEmitter} publishes the traces of
 * their work, and never gets in its way.
 */
@NullMarked
package io.tracetide.client;

import org.jspecify.annotations.NullMarked;
