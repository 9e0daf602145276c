package io.tracetide.instrumentation.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateTest {

  @ParameterizedTest
  @CsvSource({
    "/,                                             /",
    "/orders,                                       /orders",
    "/orders/,                                      /orders/",
    "/api/v2/orders/4711,                           /api/v2/orders/{id}",
    "/orders/17/items/3,                            /orders/{id}/items/{id}",
    "/users/jane@example.com,                       /users/{id}",
    "/users/jane%40example.com/orders,              /users/{id}/orders",
    "/cart;jsessionid=0F2A11/items,                 /cart/items",
    "/f/0af7651916cd43dd8448eb211c80319c,           /f/{id}",
    "/static/app.css,                               /static/app.css",
    "/a/b/c/d/e/f/g/h/i/j,                          /a/b/c/d/e/f/g/h/**",
    "/order-4711,                                   /{id}",
    "/wp-admin/setup-config.php,                    /wp-admin/setup-config.php",
  })
  void shouldKeepWordsAndLeaveOutWhatNamesOneThing(String path, String template) {
    assertThat(PathTemplate.of(path)).isEqualTo(template);
  }

  @Property(tries = 2_000)
  void shouldMakeATemplateOfAnything(@ForAll String path) {
    String template = PathTemplate.of(path);

    assertThat(template).startsWith("/").matches("[A-Za-z0-9/{}._~*-]*");
    assertThat(template.length()).isLessThanOrEqualTo(8 * 33 + 3);
  }
}
