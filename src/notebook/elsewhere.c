// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/elsewhere.h"

#include <stddef.h>
#include <string.h>

#include "base/alloc.h"

#define FILES "np.load, torch.load and load read files; np.save, torch.save and save write them"
#define DTYPES "the dtypes are float32, float64, int64, int32, int16, int8, uint8 and bool"
#define LINALG "matrices can be multiplied (@) and transposed (.T)"
#define SHUFFLED "DataLoader(dataset, batch_size, shuffle=True) goes through a dataset in random order"
#define PLAIN "a program here works on its own, without other programs and the network"

/* Names, separated by spaces and with one around, and what there is in their stead. */
static const struct {
	const char *where, *names, *hint;
} groups[] = {
	{"", " open ", FILES},
	{"", " input raw_input ", "assign the value in the program: x = 3"},
	{"", " eval exec compile ", "a program cannot run text; write the code itself"},
	{"", " bytes bytearray memoryview ", "use a str, or a list of whole numbers"},
	{"", " complex ", "numbers are real; use floats"},
	{"", " globals locals vars dir ", "help(name) says what something is; vars are in x.__dict__"},
	{"", " exit quit ", "a program ends with its last line; at the prompt Ctrl-D leaves"},
	{"", " breakpoint ", "print what you want to see"},
	{"", " frozenset ", "use a tuple, or a set"},
	{"", " xrange ", "write range(n)"},
	{"", " unicode long ", "that is Python 2; write str, int"},
	{"", " reduce ", "write a for loop"},
	{"", " hash hex oct bin ", "f'{x:x}', f'{x:o}' and f'{x:b}' write a number in other bases"},
	{"", " ord ", "chr(n) gives the n-th character; the way back is missing"},
	{"", " plt ", "write import matplotlib.pyplot as plt first"},
	{"", " pd cv2 Image ", PLAIN},

	{"torch", " float16 half bfloat16 ", DTYPES},
	{"torch", " complex64 complex128 complex cdouble polar view_as_complex fft stft ", "numbers are real; use float32"},
	{"torch", " LongTensor IntTensor DoubleTensor BoolTensor ", "write torch.tensor(values, dtype=torch.int64)"},
	{"torch", " linalg svd eig qr cholesky inverse det lstsq pinverse lu trace kron cross ", LINALG},
	{"torch", " einsum tensordot addmm baddbmm ", "write it with @, reshape, permute and sum"},
	{"torch", " jit compile sparse distributed multiprocessing quantization backends profiler hub ",
	    "the engine needs no such settings; write the operators plainly"},
	{"torch", " autograd vmap func ", "x.requires_grad = True and y.backward() give gradients"},
	{"torch", " bernoulli multinomial poisson normal Generator seed get_rng_state ",
	    "torch.rand, torch.randn, torch.randint and torch.manual_seed are there"},
	{"torch", " vstack hstack dstack column_stack broadcast_tensors unbind movedim ",
	    "torch.cat, torch.stack, permute and expand are there"},
	{"torch", " median mode quantile kthvalue histc bincount unique std_mean var_mean ",
	    "torch.sort, torch.mean, torch.std and comparisons with .sum() are there"},
	{"torch", " set_default_dtype get_default_dtype ", "tensors are float32 unless dtype= says otherwise"},

	{"torch.nn", " LSTM GRU RNN LSTMCell GRUCell RNNCell Embedding EmbeddingBag Transformer TransformerEncoder "
	    "TransformerEncoderLayer TransformerDecoder MultiheadAttention ",
	    "networks here are of convolutions, pooling and Linear layers"},
	{"torch.nn", " LayerNorm GroupNorm InstanceNorm1d InstanceNorm2d LocalResponseNorm BatchNorm3d SyncBatchNorm ",
	    "BatchNorm1d and BatchNorm2d are there"},
	{"torch.nn", " ConvTranspose1d ConvTranspose2d ConvTranspose3d Upsample UpsamplingBilinear2d "
	    "UpsamplingNearest2d PixelShuffle Unfold Fold MaxUnpool2d ",
	    "Conv1d, Conv2d and Conv3d are there, and x.repeat and F.pad to enlarge"},
	{"torch.nn", " AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool2d ",
	    "x.mean((2, 3)) averages each channel; AvgPool2d and MaxPool2d have fixed windows"},
	{"torch.nn", " MaxPool3d AvgPool3d LPPool2d FractionalMaxPool2d ", "AvgPool2d and MaxPool2d are there"},
	{"torch.nn", " ZeroPad2d ConstantPad2d ReflectionPad2d ReplicationPad2d ",
	    "Conv2d takes padding= and padding_mode=; F.pad pads a tensor"},
	{"torch.nn", " ELU CELU SELU Mish Hardswish Hardsigmoid Hardtanh PReLU RReLU ReLU6 Softplus Softsign GLU Threshold ",
	    "Sigmoid, Tanh, ReLU, LeakyReLU, GELU and SiLU are there"},
	{"torch.nn", " KLDivLoss HuberLoss CTCLoss PoissonNLLLoss TripletMarginLoss MultiMarginLoss CosineEmbeddingLoss "
	    "HingeEmbeddingLoss MarginRankingLoss ",
	    "CrossEntropyLoss, NLLLoss, MSELoss, L1Loss and BCELoss are there"},
	{"torch.nn", " ModuleDict ParameterList ParameterDict ", "Sequential and ModuleList are there"},
	{"torch.nn", " DataParallel parallel ", "all processors are used anyway"},
	{"torch.nn", " LazyConv1d LazyConv2d LazyLinear LazyBatchNorm2d ",
	    "give the number of inputs: nn.LazyLinear(10) becomes nn.Linear(84, 10)"},

	{"torch.nn.functional", " interpolate upsample conv_transpose1d conv_transpose2d pixel_shuffle unfold fold ",
	    "F.conv2d and F.pad are there, and x.repeat to enlarge"},
	{"torch.nn.functional", " adaptive_avg_pool2d adaptive_max_pool2d ", "x.mean((2, 3)) averages each channel"},
	{"torch.nn.functional", " layer_norm group_norm instance_norm normalize ", "F.batch_norm is there"},
	{"torch.nn.functional", " kl_div huber_loss cosine_similarity ctc_loss ",
	    "F.cross_entropy, F.nll_loss, F.mse_loss and F.l1_loss are there"},

	{"torch.optim", " AdamW Adagrad Adadelta RMSprop LBFGS Adamax NAdam RAdam ASGD Rprop ",
	    "optim.SGD (with momentum) and optim.Adam are there"},
	{"torch.optim", " lr_scheduler ", "set the rate yourself: optimizer.param_groups[0]['lr'] = 0.1"},

	{"torch.utils.data", " random_split Sampler RandomSampler SequentialSampler SubsetRandomSampler BatchSampler "
	    "WeightedRandomSampler ", SHUFFLED "; Subset(dataset, indices) takes some of it"},
	{"torch.utils.data", " IterableDataset ConcatDataset ChainDataset ", "derive from Dataset: __len__ and __getitem__"},

	{"torchvision", " models ", "build the network from layers: nn.Sequential(nn.Conv2d(...), ...)"},
	{"torchvision", " io ops utils ", "show(x) draws an image"},
	{"torchvision.datasets", " MNIST KMNIST EMNIST QMNIST CIFAR10 CIFAR100 ImageFolder ImageNet SVHN STL10 CelebA ",
	    "datasets.FashionMNIST is the dataset here"},
	{"torchvision.transforms", " RandomResizedCrop RandomRotation RandomAffine ColorJitter Grayscale ToPILImage "
	    "PILToTensor RandomErasing GaussianBlur ", "images are tensors [1][28][28]; ToTensor, Normalize and Compose are there"},

	{"numpy", " float16 uint16 uint32 uint64 complex64 complex128 float_ int_ object_ str_ ",
	    DTYPES},
	{"numpy", " savetxt loadtxt genfromtxt savez savez_compressed fromfile memmap frombuffer fromstring ",
	    "np.save and np.load keep one array in a .npy file"},
	{"numpy", " fft polynomial ma matrix rec ", "plain arrays are there: np.array, np.dot, np.convolve"},
	{"numpy.ndarray", " flags setflags ", "x.base is None where an array has elements of its own"},
	{"numpy.ndarray", " itemset ", "write x[i] = value"},
	{"numpy.ndarray", " imag ctypes byteswap newbyteorder getfield setfield ", "numbers are real, in the machine's own form"},
	{"numpy", " nditer ", "np.ndindex(shape) and np.ndenumerate(x) go through all places"},
	{"numpy", " poly1d poly polyadd polymul polydiv polyder polyint ", "np.polyfit and np.polyval are there"},
	{"numpy", " imag angle conj conjugate iscomplex isrealobj ", "numbers are real"},
	{"numpy", " histogram2d histogramdd ", "np.histogram and np.bincount are there"},
	{"numpy", " product cumproduct alltrue sometrue asfarray ", "write np.prod, np.cumprod, np.all, np.any, np.asarray(x, float)"},
	{"numpy", " packbits unpackbits binary_repr base_repr ", "f'{n:b}' writes a number in binary"},
	{"numpy.random", " beta gamma geometric gumbel laplace logistic lognormal multinomial multivariate_normal triangular "
	    "chisquare standard_t rayleigh weibull vonmises ",
	    "rand, randn, randint, uniform, normal, exponential, poisson and binomial are there"},
	{"numpy.random", " get_state set_state SeedSequence PCG64 MT19937 bytes ",
	    "np.random.seed(0) and np.random.RandomState(0) begin again"},
	{"numpy.linalg", " eigvalsh eigh_tridiagonal tensorsolve tensorinv ",
	    "norm, inv, det, solve, lstsq and matrix_rank are there"},
	{"numpy", " float int bool object str complex ", "write float, int or bool, or np.float64, np.int64, np.bool_"},
	{"numpy", " cat ", "write np.concatenate((a, b))"},
	{"numpy", " tensor from_numpy ", "write np.array(...)"},
	{"numpy", " rand randn randint normal uniform seed choice shuffle ", "it is in np.random: np.random.rand(2, 3)"},
	{"numpy", " inv det solve norm ", "it is in np.linalg: np.linalg.norm(x)"},
	{"numpy", " relu ", "write np.maximum(x, 0)"},
	{"numpy", " sigmoid ", "write 1 / (1 + np.exp(-x))"},
	{"numpy", " softmax ", "write np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)"},
	{"numpy", " clamp ", "write np.clip(x, low, high)"},
	{"numpy", " permute ", "write np.transpose(x, axes)"},
	{"numpy", " unsqueeze ", "write np.expand_dims(x, axis), or x[:, None]"},
	{"numpy", " numel ", "write x.size"},
	{"numpy", " sliding_window_view as_strided ", "it is in np.lib.stride_tricks"},
	{"numpy", " asin acos atan asinh acosh atanh atan2 pow concat permute_dims ",
	    "NumPy writes arcsin, arccos, arctan, arctan2, power, concatenate, transpose"},
	{"numpy", " getbufsize busday_count datetime64 timedelta64 char chararray recarray void ", PLAIN},

	{"Tensor", " cuda ", "everything is computed on the CPU: leave .cuda() out"},
	{"Tensor", " half int short byte char ", "the dtypes are float32, float64, int64 and bool: .float(), .double(), .long(), .bool()"},
	{"Tensor", " register_hook ", "keep an inner gradient with x.retain_grad(), or look at it after backward()"},
	{"Tensor", " data_ptr storage stride is_sparse layout ", "x.shape, x.dtype and x.is_contiguous() say how it is stored"},
	{"numpy.ndarray", " tofile tobytes dump dumps ", "np.save(name, x) writes it to a file"},
	{"numpy.ndarray", " unsqueeze ", "write np.expand_dims(x, axis), or x[:, None]"},
	{"numpy.ndarray", " numpy cpu ", "it is a NumPy array already"},
	{"numpy.ndarray", " detach data ", "arrays have no gradients: leave it out"},
	{"numpy.ndarray", " backward grad requires_grad requires_grad_ zero_ ",
	    "only tensors have gradients: x = torch.tensor(x, requires_grad=True)"},
	{"numpy.ndarray", " permute ", "write x.transpose(axes)"},
	{"numpy.ndarray", " t mT ", "write x.T"},
	{"numpy.ndarray", " clone ", "write x.copy()"},
	{"numpy.ndarray", " numel nelement ", "write x.size"},
	{"numpy.ndarray", " dim ", "write x.ndim"},
	{"numpy.ndarray", " float ", "write x.astype(np.float32)"},
	{"numpy.ndarray", " double ", "write x.astype(float)"},
	{"numpy.ndarray", " long int ", "write x.astype(int)"},
	{"numpy.ndarray", " bool ", "write x.astype(bool)"},
	{"numpy.ndarray", " to type cuda device ", "write x.astype(dtype); arrays live on the CPU"},
	{"numpy.ndarray", " expand expand_as ", "write np.broadcast_to(x, shape)"},
	{"numpy.ndarray", " view_as reshape_as ", "write x.reshape(other.shape)"},
	{"numpy.ndarray", " add_ sub_ mul_ div_ pow_ ", "write x += y, x -= y, x *= y, x /= y: they work in place"},
	{"numpy.ndarray", " fill_ copy_ ", "write x.fill(value), or x[...] = values"},
	{"numpy.ndarray", " clamp clamp_ ", "write x.clip(low, high)"},
	{"numpy.ndarray", " relu relu_ ", "write np.maximum(x, 0)"},
	{"numpy.ndarray", " sigmoid ", "write 1 / (1 + np.exp(-x))"},
	{"numpy.ndarray", " softmax ", "write np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)"},
	{"numpy.ndarray", " mm bmm mv matmul ", "write x @ y"},
	{"numpy.ndarray", " norm ", "write np.linalg.norm(x)"},
	{"numpy.ndarray", " append extend insert remove pop ",
	    "an array keeps its size: collect in a list, or write np.append(x, values)"},
	{"numpy.ndarray", " eq ne lt le gt ge add sub mul div pow ", "write the operator: x == y, x + y, x ** y"},
	{"numpy.ndarray", " index count ", "write np.where(x == value)[0], np.count_nonzero(x == value)"},
	{"str", " encode decode ", "strings are text; there are no bytes here"},
	{"str", " partition rpartition ", "use split(separator, 1)"},
	{"str", " maketrans translate ", "use replace"},
	{"str", " casefold swapcase ", "use lower or upper"},

	{"os", " system popen fork execv kill ", "a program here cannot start others"},
	{"os", " remove unlink rename mkdir makedirs listdir walk path environ getcwd chdir ", FILES},
	{"sys", " argv stdin stdout stderr ", "print writes; a program has no arguments and no input"},
	{"sys", " exit ", "a program ends with its last line; raise an exception to end it earlier"},
	{"sys", " setrecursionlimit ", "functions may call one another 200 deep"},

	{"import", " pandas csv ", "keep columns in a dict of lists; np.load reads arrays"},
	{"import", " sklearn scipy tensorflow keras jax mxnet einops pytorch_lightning transformers torchaudio torchtext ",
	    "torch, torchvision and numpy are there"},
	{"import", " PIL cv2 skimage imageio ", "datasets.FashionMNIST has images; show(x) draws one"},
	{"import", " seaborn plotly tensorboard ", "plot(x, y), matplotlib.pyplot and visdom draw curves"},
	{"import", " dataclasses abc enum __future__ annotations ", "leave it out: annotations are read over"},
	{"import", " json pickle gzip zipfile io shutil glob pathlib tempfile ", FILES},
	{"import", " subprocess socket requests urllib http threading asyncio multiprocessing concurrent signal ctypes ", PLAIN},
	{"import", " argparse logging warnings traceback unittest ", "assign values at the top of the program; print what happens"},
	{"import", " re textwrap ", "the methods of strings are there: split, replace, find, strip"},
	{"import", " heapq bisect ", "sorted(), min() and max() are there"},
	{"import", " datetime decimal fractions cmath ", "time, math and random are there"},
	{"import", " torchsummary torchinfo torchviz ", "print(model) shows its layers"},
};

const char *elsewhere_hint(const char *where, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		const char *at = groups[i].names;

		if (strcmp(groups[i].where, where) != 0)
			continue;
		while (len > 0 && (at = strstr(at, name))) {
			if (at > groups[i].names && at[-1] == ' ' && at[len] == ' ')
				return groups[i].hint;
			at++;
		}
	}
	return NULL;
}
