/** Parameters of a request: names, times, tenants and selections, checked. */
@NullMarked
package io.tracetide.processor.query.request;

import org.jspecify.annotations.NullMarked;
