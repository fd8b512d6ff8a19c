#!/bin/sh
# show, plot and matplotlib without a screen: as letters on standard output, as .svg and .txt files.
set -eu
. "$CONVTUTOR_TOP/tests/e2e/lib.sh"

# Is it well-formed? By whatever is installed.
check_xml() {
	if command -v xmllint >/dev/null; then
		xmllint --noout "$1" || complain "$1 should be well-formed"
	elif command -v python3 >/dev/null; then
		python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$1" ||
			complain "$1 should be well-formed"
	fi
}

begin a_small_matrix_is_shown_as_numbers
run run -c 'X = torch.ones(2, 3); X[1, 2] = -4; show(X, "corner")'
expect_status 0
expect_in out '^corner'
expect_in out '^ 1  1  1 -4$'

begin an_image_is_shown_in_shades_with_its_scale
run run -c 'x = torch.zeros(28, 28); x[:14] = 2; show(x)'
expect_in out '^@{28}$'
expect_in out '^blank 0, @ 2$'

begin maps_with_a_sign_show_it
run run -c 'x = torch.ones(20, 21); x[:, 10:] = -0.5; show(x)'
expect_in out '^(\+9){10}(-5){11}$'
expect_in out '^9 stands for 1$'

begin channels_stand_side_by_side_and_are_numbered
run run -c 'show(torch.arange(12.).reshape(3, 2, 2) * 200)'
expect_in out '^0 .* 1 .* 2'

begin curves_have_axes_and_a_legend
run run -c 'plot([[3, 1], [2, 2], [1, 3]], labels=["loss", "accuracy"])'
expect_in out '\*\* loss 1  oo accuracy 3'
expect_in out '^    3\|'
expect_in out '\+0-+2$'

begin a_picture_of_a_matrix_is_valid_svg_with_its_numbers
run run -c 'show(corr2d(torch.eye(4), torch.tensor([[1., -1.]])), "a < b & c", file="edges.svg")'
expect_status 0
expect_empty out
check_xml edges.svg
expect_in edges.svg '^<svg xmlns="http://www.w3.org/2000/svg"'
expect_in edges.svg 'a &lt; b &amp; c'
expect_in edges.svg '>-1</text>'
expect_in edges.svg 'fill="#0060ff"'
expect_in edges.svg 'fill="#ff8000"'

begin images_batches_and_colour_are_valid_svg
run run -c 'show(torch.rand(28, 28), file="a.svg"); show(torch.rand(2, 3, 9, 30), file="b.svg"); show(torch.rand(3, 8, 8), file="c.svg"); show(torch.rand(600, 700) - 0.5, file="d.svg")'
expect_status 0
for file in a b c d; do
	check_xml $file.svg
done

begin a_picture_of_curves_has_axes_and_legend
run run -c 'plot(torch.arange(10) ** 2, title="squares", labels=["n"], file="plot.svg")'
check_xml plot.svg
expect_in plot.svg '<polyline '
expect_in plot.svg '>squares</text>'
expect_in plot.svg '>80</text>'
expect_in plot.svg '>n</text>'

begin what_is_no_number_is_a_gap
run run -c 'plot([1, float("nan"), 3, 2, float("inf")], file="gap.svg"); plot([float("nan")] * 3, file="none.svg"); show(torch.full((3, 3), float("nan")), file="nan.svg")'
expect_status 0
check_xml gap.svg
check_xml none.svg
check_xml nan.svg
[ "$(grep -c '<polyline' gap.svg)" = 2 ] || complain "a gap should part the curve"
! grep -Eiq '(x|y|width|height|points)="[^"]*(nan|inf)' gap.svg none.svg nan.svg || complain "no place may be infinite"

begin letters_go_into_a_txt_file
run run -c 'show(torch.eye(3), file="eye.txt")'
expect_in eye.txt '^ 2 0 0 1$'

begin an_unknown_ending_is_refused
run run -c 'show(torch.eye(3), file="eye.png")'
expect_status 1
expect_in err "^ValueError: a picture cannot be written to 'eye.png'"
expect_in err '^hint: a name that ends in .svg'
[ ! -e eye.png ] || complain "nothing should be written"

begin pictures_stay_below_the_current_folder
run run -c 'show(torch.eye(3), file="../eye.svg")'
expect_status 1
expect_in err '^PermissionError'
run run -c 'import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.savefig("/tmp/x.svg")'
expect_status 1
expect_in err '^PermissionError'

begin the_lines_of_a_course_draw_when_show_is_called
cat >course.py <<'END'
import matplotlib.pyplot as plt
losses = [2.3, 1.2, 0.9, 0.7]
plt.plot(losses, label='train')
plt.plot([2.4, 1.4, 1.2, 1.1], 'r--', label='test')
plt.xlabel('epoch'); plt.ylabel('loss'); plt.title('LeNet'); plt.legend(); plt.grid()
plt.savefig('course.svg')
print('before')
plt.show()
plt.show()
plt.figure(figsize=(6, 2))
for i in range(3):
    plt.subplot(1, 3, i + 1)
    plt.imshow(torch.rand(28, 28), cmap='gray'); plt.title(f'image {i}'); plt.axis('off')
plt.show()
END
run run course.py
expect_status 0
check_xml course.svg
expect_in course.svg 'stroke-dasharray'
expect_in course.svg 'rotate\(-90'
expect_in out '^LeNet, y: loss$'
expect_in out '\+0-+ epoch -+3$'
expect_in out '^image 0 +image 1 +image 2'
[ "$(head -1 out)" = before ] || complain "nothing should be drawn before show"
[ "$(grep -c LeNet out)" = 1 ] || complain "the second show has nothing to draw"

finish
