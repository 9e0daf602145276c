/** Publication of Micrometer's meters as metric samples. */
@NullMarked
package io.tracetide.instrumentation.micrometer;

import org.jspecify.annotations.NullMarked;
