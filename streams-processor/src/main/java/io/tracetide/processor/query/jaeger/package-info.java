/** The interface of Jaeger from which its Monitor tab (service performance monitoring) reads. */
@NullMarked
package io.tracetide.processor.query.jaeger;

import org.jspecify.annotations.NullMarked;
